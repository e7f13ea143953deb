"""Whose session it is. Computed when it is read, so that it follows what the members are now."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.member import MemberType


class SessionKind(StrEnum):
    """Only a bilateral session is anybody's bilateral peering."""

    BILATERAL = "bilateral"
    ROUTE_SERVER = "route-server"
    INTERNAL = "internal"  # within one network, or with the exchange's own


class End(NamedTuple):
    """The member that holds one address of a session."""

    member_id: int
    asn: int
    type: str  # MemberType


def session_kind(a: End, b: End) -> SessionKind:
    """The kind of a session between two members."""
    types = {a.type, b.type}
    if MemberType.ROUTE_SERVER in types:
        return SessionKind.ROUTE_SERVER
    if a.member_id == b.member_id or a.asn == b.asn or MemberType.INTERNAL in types:
        return SessionKind.INTERNAL
    return SessionKind.BILATERAL
