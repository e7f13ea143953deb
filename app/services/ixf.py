"""Import of member exports: plan first, then all of it or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from app.domain.change import Change
from app.domain.errors import Conflict, Overtaken
from app.domain.ixf.parse import parse
from app.domain.ixf.plan import make_plan
from app.domain.ixf.report import lines, summary
from app.domain.ixf.steps import Plan, Step
from app.extensions import db, transaction
from app.models import ImportRun, Vlan
from app.services import audit
from app.services.ixf_apply import Applying
from app.services.ixf_state import SOURCE, load_snapshot


class WaitingVlan(NamedTuple):
    """A VLAN of the export that takes no part yet."""

    name: str
    infrastructure: str


@dataclass(frozen=True)
class Outcome:
    """What an import did, or (not `applied`) would do. Its `lines` also say what stays as the
    operator set it, so they may be there when nothing changes. Private VLANs never wait."""

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
        outcome = _outcome(plan, applied=False, enable_vlans=enable_vlans)
        planned(outcome)
        return outcome
    try:
        with transaction():
            plan = make_plan(load_snapshot(lock=True), document, infrastructure)
            outcome = _outcome(plan, applied=not plan.changes_nothing, enable_vlans=enable_vlans)
            planned(outcome)
            if not accept_leaves:
                _check_leaves(plan)
            vlan_ids = _apply(plan, octets, name, now, tick)
            if enable_vlans:
                _enable(vlan_ids, name, now)
            return outcome
    except StaleDataError as error:
        raise Overtaken(
            "Somebody changed a member or VLAN at the same moment. Nothing was imported; "
            "import again."
        ) from error


def _outcome(plan: Plan, *, applied: bool, enable_vlans: bool) -> Outcome:
    waiting = _waiting(plan)
    given = {"enabled" if enable_vlans else "waiting": waiting}
    return Outcome(plan, lines(plan), summary(plan), applied, **given)


def _check_leaves(plan: Plan) -> None:
    reason = plan.too_many_leave()
    if reason:
        raise Conflict(
            f"{reason}, as with an export that was cut off. Nothing was changed. If they "
            "really leave, import again with --accept-leaves."
        )


def _apply(
    plan: Plan, octets: bytes, name: str, now: datetime, tick: Callable[[int], None]
) -> list[int]:
    """Carry the plan out; the ids of the export's VLANs."""
    if plan.changes_nothing:
        return [step.known.id for step in plan.vlans if step.known and not step.gone]
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
    told = Change("plan", None, summary(plan))
    audit.record(None, "import applied", name, now=now, changes=[told])
    return [applying.vlans[step.lan.key] for step in plan.vlans if not step.gone]


def _waiting(plan: Plan) -> tuple[WaitingVlan, ...]:
    """The VLANs of the export that are not in the peering manager, and could be."""
    homes = {step.exchange.ixp_id: step.known or step for step in plan.infrastructures}
    return tuple(
        WaitingVlan(step.name, homes[step.lan.ixp_id].name)
        for step in plan.vlans
        if not step.gone and not (step.known and (step.known.peering_manager or step.known.private))
    )


def _enable(vlan_ids: list[int], name: str, now: datetime) -> None:
    """Both flags, for every VLAN that is not private; rows that have them are not written."""
    enabled = db.session.scalars(
        update(Vlan)
        .where(
            Vlan.id.in_(vlan_ids),
            Vlan.private.is_(False),
            Vlan.peering_manager.is_(False) | Vlan.peering_matrix.is_(False),
        )
        .values(peering_manager=True, peering_matrix=True, version=Vlan.version + 1)
        .returning(Vlan.name)
    ).all()
    if enabled:
        told = Change("peering manager and matrix on", None, ", ".join(sorted(enabled)))
        audit.record(None, "import enabled VLANs", name, now=now, changes=[told])
