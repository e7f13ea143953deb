"""What needs the attention of the people who run the exchange."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.domain.member import MemberStatus, MemberType
from app.domain.member_list import Line
from app.extensions import db
from app.models import ImportRun, ObservedSession
from app.services import (
    detection,
    member_pages,
    outbox,
    request_brake,
    request_volume,
    vlans,
    wrong_reports,
)
from app.services.request_brake import Pause
from app.services.request_volume import Refusal
from app.services.vlans import VlanLine


class LastImport(NamedTuple):
    """The newest import that changed something."""

    name: str
    at: datetime
    summary: str


@dataclass(frozen=True)
class Attention:
    """Everything that may need a hand. Members are active ones that peer."""

    without_contact: list[Line]
    without_lan: list[Line]
    without_user: list[Line]
    empty_vlans: list[VlanLine]
    idle_vlans: list[VlanLine]
    failed: Sequence[outbox.Line]
    doubtful: Sequence[outbox.Line]
    refusals: list[Refusal]  # peering requests of the last days
    counts: dict[str, int]  # mails by state
    newest_sample: datetime | None
    stopped: datetime | None  # when the last collector did; none where one runs, or none ever did
    open_reports: int  # of members, that something is shown wrongly
    last_import: LastImport | None
    pauses: list[Pause]
    members: int  # how many are looked at


def get_attention(*, now: datetime, refused_since: datetime) -> Attention:
    """A bounded number of statements, however large the exchange is."""
    listeners = detection.list_listeners()
    runs = any(listener.runs(now) for listener in listeners)
    active = [
        line
        for line in member_pages.list_lines()
        if line.status == MemberStatus.ACTIVE and line.type == MemberType.PEERING
    ]
    active.sort(key=lambda line: (line.name.casefold(), line.asn))
    lans = vlans.list_vlans()
    counts = outbox.count_by_state()
    return Attention(
        without_contact=[line for line in active if line.lacks("contact")],
        without_lan=[line for line in active if line.lacks("lans")],
        without_user=[line for line in active if line.lacks("users")],
        empty_vlans=[lan for lan in lans if not lan.interfaces and not lan.private],
        idle_vlans=[
            lan
            for lan in lans
            if lan.interfaces and not (lan.peering_manager or lan.peering_matrix or lan.private)
        ],
        failed=outbox.list_messages(state="failed") if counts["failed"] else (),
        doubtful=outbox.list_messages(state="doubtful") if counts["doubtful"] else (),
        refusals=request_volume.list_refusals(refused_since),
        counts=counts,
        newest_sample=db.session.scalar(select(func.max(ObservedSession.last_sample_at))),
        stopped=None if runs else max((one.last_at for one in listeners), default=None),
        open_reports=wrong_reports.count_open(),
        last_import=_last_import(),
        pauses=request_brake.list_pauses(),
        members=len(active),
    )


def _last_import() -> LastImport | None:
    row = db.session.execute(
        select(ImportRun.name, ImportRun.applied_at, ImportRun.plan)
        .order_by(ImportRun.applied_at.desc(), ImportRun.id.desc())
        .limit(1)
    ).first()
    return LastImport(row.name, row.applied_at, str(row.plan.get("summary", ""))) if row else None
