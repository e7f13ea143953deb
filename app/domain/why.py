"""Why a member is on a tab, cell by cell, in sentences a coordinator would say."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from app.domain.classify import TABS_FOR_LINK, Cell, Link, Tab

NO_SESSION = "no session seen in the last {} days"
UNWATCHED_MOSTLY = "no session seen (watched {} of the last {} days)"
ALL_BUT = 0.95  # of the look-back counts as all of it: a switch is started anew at times
WAS_SEEN = "a session was seen until {}, silent since and counts no more"
POSSIBLE = "a session is possible, not proven"


class Clients(NamedTuple):
    """Who is a route-server client in a cell, and who takes no routes from route servers."""

    own: bool
    peer: bool
    own_refuses: bool = False
    peer_refuses: bool = False


class Reason(NamedTuple):
    """What one cell says: `LAN 1 IPv4`, and why."""

    where: str
    why: str


def reasons(
    cells: Iterable[Cell],
    names: Mapping[int, str],
    clients: Mapping[tuple[int, int], Clients],
    days: int,
    gone: Mapping[tuple[int, int], date] | None = None,
    watched: Mapping[int, float] | None = None,
) -> dict[Tab, list[Reason]]:
    """For each tab that the cells lead to, the cells that do, in their order.

    `names` are those of the VLANs by id; `clients` is keyed by VLAN id and protocol; `days` is the
    look-back window; `gone` has the last day of sessions that count no more, keyed likewise;
    `watched` says on how many days of the window each VLAN was watched, where that is known.
    """
    found: dict[Tab, list[Reason]] = {}
    for cell in cells:
        silence = _silence(cell, days, gone or {}, watched or {})
        reason = Reason(
            f"{names[cell.vlan_id]} IPv{cell.protocol}",
            _why(cell, clients[cell.vlan_id, cell.protocol], silence),
        )
        for tab in Tab:
            if tab in TABS_FOR_LINK[cell.link]:
                found.setdefault(tab, []).append(reason)
    return {tab: found[tab] for tab in Tab if tab in found}


def _silence(
    cell: Cell, days: int, gone: Mapping[tuple[int, int], date], watched: Mapping[int, float]
) -> str:
    last = gone.get((cell.vlan_id, cell.protocol))
    if last:
        return WAS_SEEN.format(last)
    spent = watched.get(cell.vlan_id, days)
    if spent < ALL_BUT * days:
        return UNWATCHED_MOSTLY.format(f"{spent:.1f}".removesuffix(".0"), days)
    return NO_SESSION.format(days)


def grouped(found: Mapping[Tab, list[Reason]]) -> list[tuple[list[Tab], list[Reason]]]:
    """The same, tabs with the same reasons together."""
    groups: list[tuple[list[Tab], list[Reason]]] = []
    for tab, why in found.items():
        same = next((tabs for tabs, reasons in groups if reasons == why), None)
        if same is None:
            groups.append(([tab], why))
        else:
            same.append(tab)
    return groups


def _why(cell: Cell, clients: Clients, silence: str) -> str:
    if cell.link is Link.ROUTE_SERVER:
        own = POSSIBLE if cell.possible else silence
        return f"routes travel through the route servers; between you {own}"
    if cell.bilateral:
        pairs = f" on {cell.confirmed} of {cell.pairs} pairs" if cell.pairs > 1 else ""
        also = "; both of you are route-server clients as well" if cell.route_server else ""
        return f"a session of your own is seen{pairs}{also}"
    return f"{POSSIBLE if cell.possible else silence}; {_no_route_server(clients)}"


def _no_route_server(clients: Clients) -> str:
    if clients.own and clients.peer:
        return f"both of you are route-server clients, but {_refusing(clients)}"
    if not clients.own and not clients.peer:
        return "neither of you is a route-server client"
    return f"{'they are' if clients.own else 'you are'} not a route-server client"


def _refusing(clients: Clients) -> str:
    if clients.own_refuses and clients.peer_refuses:
        return "neither of you takes routes from route servers"
    return f"{'you' if clients.own_refuses else 'they'} take no routes from route servers"
