"""The words of the members' admin."""

from app.domain.member import MemberStatus, MemberType

TYPES = {
    MemberType.PEERING: "peering",
    MemberType.ASSOCIATE: "associate",
    MemberType.INTERNAL: "internal",
    MemberType.ROUTE_SERVER: "route server",
}
TYPE_HELP = (
    "Only peering members are listed as peers. An associate has no port of its own; internal is "
    "the exchange's own."
)
STATUSES = {
    "current": "current",
    MemberStatus.ACTIVE: "active",
    MemberStatus.SUSPENDED: "suspended",
    MemberStatus.LEFT: "left",
    "all": "all",
}
LACKS = {
    "interfaces": "Without interfaces",
    "lans": "Without a LAN of the peering manager",
    "contact": "Without a peering contact",
    "users": "Without users",
}
COLUMNS = {
    "name": "Member",
    "asn": "ASN",
    "type": "Type",
    "status": "Status",
    "interfaces": "Interfaces",
    "users": "Users",
    "joined": "Joined",
}
