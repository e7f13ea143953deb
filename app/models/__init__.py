"""Tables. Importing this package makes the metadata complete."""

from app.models.import_run import ImportRun
from app.models.member import Contact, FieldOrigin, Member, MemberSource
from app.models.peer_relation import PeerRelation
from app.models.session import FeedBatch, ObservedSession
from app.models.user import Membership, User
from app.models.vlan import (
    Infrastructure,
    InterfaceAddress,
    InterfaceMac,
    Vlan,
    VlanInterface,
    VlanPrefix,
)

__all__ = [
    "Contact",
    "FeedBatch",
    "FieldOrigin",
    "ImportRun",
    "Infrastructure",
    "InterfaceAddress",
    "InterfaceMac",
    "Member",
    "MemberSource",
    "Membership",
    "ObservedSession",
    "PeerRelation",
    "User",
    "Vlan",
    "VlanInterface",
    "VlanPrefix",
]
