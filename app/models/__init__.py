"""Tables. Importing this package makes the metadata complete."""

from app.models.audit import AuditEntry
from app.models.feed import (
    Agent,
    AgentPort,
    Calibration,
    Collector,
    FeedFault,
    SamplingPoint,
    StrayAddress,
    WatchDay,
    WatchHour,
)
from app.models.import_run import ImportRun
from app.models.login import LoginAttempt, LoginSession, OneTimeToken
from app.models.matrix import MatrixDensity
from app.models.member import Contact, FieldOrigin, Member, MemberSource
from app.models.note import Note
from app.models.outbox import OutboxMessage, OutboxRecipient
from app.models.peer_relation import PeerRelation
from app.models.peering_request import PeeringRequest, RequestPair, RequestPause
from app.models.session import ConfirmedDay, FeedBatch, ObservedSession, SessionPeriod, WrongReport
from app.models.user import Invitation, Membership, User
from app.models.vlan import (
    Infrastructure,
    InterfaceAddress,
    InterfaceMac,
    Vlan,
    VlanInterface,
    VlanPrefix,
)

__all__ = [
    "Agent",
    "AgentPort",
    "AuditEntry",
    "Calibration",
    "Collector",
    "ConfirmedDay",
    "Contact",
    "FeedBatch",
    "FeedFault",
    "FieldOrigin",
    "ImportRun",
    "Infrastructure",
    "InterfaceAddress",
    "InterfaceMac",
    "Invitation",
    "LoginAttempt",
    "LoginSession",
    "MatrixDensity",
    "Member",
    "MemberSource",
    "Membership",
    "Note",
    "ObservedSession",
    "OneTimeToken",
    "OutboxMessage",
    "OutboxRecipient",
    "PeerRelation",
    "PeeringRequest",
    "RequestPair",
    "RequestPause",
    "SamplingPoint",
    "SessionPeriod",
    "StrayAddress",
    "User",
    "Vlan",
    "VlanInterface",
    "VlanPrefix",
    "WatchDay",
    "WatchHour",
    "WrongReport",
]
