"""Writes the infrastructures and VLANs of an import, inside the transaction of its caller."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.domain.ixf.document import VlanKey
from app.domain.ixf.steps import InfrastructureStep, Plan, VlanStep
from app.models import Infrastructure, Vlan, VlanPrefix


def apply_homes(session: Session, plan: Plan) -> dict[VlanKey, int]:
    """Add and change infrastructures and VLANs; the ids of all VLANs that the plan names."""
    homes = {step.exchange.ixp_id: _infrastructure(session, step) for step in plan.infrastructures}
    known = [step for step in plan.vlans if step.known]
    _change(session, [step for step in known if step.changes])
    ids = {step.lan.key: step.known.id for step in known if step.known}
    for step in plan.vlans:
        if step.known is None:
            ids[step.lan.key] = _add(session, homes[step.lan.ixp_id], step)
    return ids


def _infrastructure(session: Session, step: InfrastructureStep) -> int:
    if step.known is None:
        home = Infrastructure(name=step.name, ixf_ixp_id=step.ixf_id)
        session.add(home)
        session.flush()
        return home.id
    if step.ixf_id:
        row = session.get_one(Infrastructure, step.known.id)
        row.ixf_ixp_id = step.ixf_id
    return step.known.id


def _change(session: Session, steps: list[VlanStep]) -> None:
    rows = [session.get_one(Vlan, step.known.id) for step in steps if step.known]
    renamed = [row for row, step in zip(rows, steps, strict=True) if "name" in step.changes]
    if len(renamed) > 1:  # two may swap their names, which are unique at every moment
        for row in renamed:
            row.name = f"import {row.id}"
        session.flush()
    for row, step in zip(rows, steps, strict=True):
        for name, (_, new) in step.changes.items():
            if name == "prefixes":
                session.execute(delete(VlanPrefix).where(VlanPrefix.vlan_id == row.id))
                _prefixes(session, row.id, new)
            else:
                setattr(row, name, new)
    session.flush()


def _add(session: Session, home_id: int, step: VlanStep) -> int:
    vlan = Vlan(infrastructure_id=home_id, name=step.name, ixf_vlan_id=step.lan.ixf_id)
    session.add(vlan)
    session.flush()
    _prefixes(session, vlan.id, step.lan.prefixes)
    return vlan.id


def _prefixes(session: Session, vlan_id: int, prefixes: Iterable[tuple[int, str]]) -> None:
    session.add_all(
        VlanPrefix(vlan_id=vlan_id, protocol=protocol, prefix=prefix)
        for protocol, prefix in sorted(set(prefixes))
    )
