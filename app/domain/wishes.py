"""How a member wishes to be asked for peering."""

from enum import StrEnum


class Wish(StrEnum):
    """What a member says of requests; what is not `MAIL` gets no mail from the portal."""

    MAIL = "mail"
    ROUTE_SERVER = "route-server"  # peers via route servers only
    URL = "url"  # takes requests on a page of its own
    NONE = "none"  # wants no mail


WORDS = {
    Wish.MAIL: "takes requests by mail",
    Wish.ROUTE_SERVER: "peers via the route servers only",
    Wish.URL: "takes requests on a page of its own",
    Wish.NONE: "wants no requests by mail",
}
