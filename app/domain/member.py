"""The words for what a member is and how it stands."""

from enum import StrEnum


class MemberType(StrEnum):
    """Only `peering` members are listed as peers."""

    PEERING = "peering"
    ASSOCIATE = "associate"  # a member without a port of its own
    INTERNAL = "internal"  # the exchange's own: collectors, management, looking glasses
    ROUTE_SERVER = "routeserver"


class MemberStatus(StrEnum):
    """A member that left keeps its row and its history."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class InterfaceStatus(StrEnum):
    """A disconnected interface keeps its row while its member exists."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
