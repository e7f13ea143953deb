"""Import of member exports: plan first, then all of it or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.domain.errors import Conflict
from app.domain.ixf.parse import parse
from app.domain.ixf.plan import make_plan
from app.domain.ixf.report import lines, summary
from app.domain.ixf.steps import Plan, Step
from app.extensions import db, transaction
from app.models import ImportRun, Infrastructure, Vlan
from app.services.ixf_apply import Applying
from app.services.ixf_state import SOURCE, load_snapshot


@dataclass(frozen=True)
class WaitingVlan:
    """A VLAN of the export that takes no part yet."""

    id: int
    name: str
    infrastructure: str


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do. `waiting` is empty for a dry run into new VLANs."""

    plan: Plan
    lines: list[str]
    summary: str
    applied: bool
    waiting: tuple[WaitingVlan, ...] = ()
    enabled: tuple[WaitingVlan, ...] = ()


def import_export(
    octets: bytes,
    *,
    name: str,
    now: datetime,
    infrastructure: str | None = None,
    dry_run: bool = False,
    accept_leaves: bool = False,
    enable_vlans: bool = False,
    planned: Callable[[Outcome], None] = lambda _: None,
    tick: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Import an IX-F member export in one transaction, or only plan it.

    `planned` is called with the plan before anything is written, `tick` with the number of
    steps done. Importing the same export again changes nothing. Raises Invalid for what is no
    export, Conflict when more would leave than is believable; nothing has changed then.
    """
    document = parse(octets)
    if dry_run:
        plan = make_plan(load_snapshot(), document, infrastructure)
        outcome = _outcome(plan, applied=False)
        planned(outcome)
        return outcome
    with transaction():
        plan = make_plan(load_snapshot(), document, infrastructure)
        outcome = _outcome(plan, applied=True)
        planned(outcome)
        if not accept_leaves:
            _check_leaves(plan)
        vlans = _apply(plan, octets, name, now, tick)
        waiting = _waiting(vlans)
        if enable_vlans and waiting:
            _enable([vlan.id for vlan in waiting])
            return _with(outcome, enabled=waiting)
        return _with(outcome, waiting=waiting)


def _outcome(plan: Plan, *, applied: bool) -> Outcome:
    return Outcome(plan, lines(plan), summary(plan), applied)


def _with(
    outcome: Outcome,
    waiting: tuple[WaitingVlan, ...] = (),
    enabled: tuple[WaitingVlan, ...] = (),
) -> Outcome:
    return Outcome(outcome.plan, outcome.lines, outcome.summary, True, waiting, enabled)


def _check_leaves(plan: Plan) -> None:
    reason = plan.too_many_leave()
    if reason:
        raise Conflict(
            f"{reason}. That is more than 5 %, as with an export that was cut off. Nothing was "
            "changed. If it is right, import again with --accept-leaves."
        )


def _apply(
    plan: Plan, octets: bytes, name: str, now: datetime, tick: Callable[[int], None]
) -> list[int]:
    """Carry the plan out; the ids of the export's VLANs."""
    if plan.changes_nothing:
        return [step.known.id for step in plan.vlans if step.known]
    applying = Applying(db.session(), plan, now, tick)
    applying.run()
    db.session.add(
        ImportRun(
            source=SOURCE,
            digest=hashlib.sha256(octets).hexdigest(),
            name=name[:255],
            plan={
                "summary": summary(plan),
                "lines": lines(plan),
                "left": [member.asn for member in plan.members_with(Step.LEFT)],
            },
            applied_at=now,
        )
    )
    return list(applying.vlans.values())


def _waiting(vlan_ids: list[int]) -> tuple[WaitingVlan, ...]:
    rows = db.session.execute(
        select(Vlan.id, Vlan.name, Infrastructure.name)
        .join(Infrastructure)
        .where(Vlan.id.in_(vlan_ids), Vlan.peering_manager.is_(False), Vlan.private.is_(False))
        .order_by(Vlan.id)
    )
    return tuple(WaitingVlan(*row) for row in rows)


def _enable(vlan_ids: list[int]) -> None:
    db.session.execute(
        update(Vlan)
        .where(Vlan.id.in_(vlan_ids))
        .values(peering_manager=True, peering_matrix=True, version=Vlan.version + 1)
    )
