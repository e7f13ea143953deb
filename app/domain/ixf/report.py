"""A plan in words: one line per change, old → new, and a summary."""

from collections.abc import Iterable, Iterator

from app.domain.ixf.document import VlanKey
from app.domain.ixf.steps import AddressStep, InterfaceStep, MemberStep, Plan, Step

FIELD_WORDS = {
    "name": "name",
    "type": "type",
    "policy": "policy",
    "policy_url": "policy page",
    "website": "website",
    "joined_at": "member since",
    "rs_client": "route-server client",
    "max_prefix": "max-prefix",
    "as_set": "AS-SET",
    "ixf_vlan_id": "id in the export",
    "emails": "peering contact",
}


def lines(plan: Plan) -> list[str]:
    """Every change of a plan: `+` added, `~` changed, `-` left, `=` kept as set by hand."""
    lans = {step.lan.key: step.name for step in plan.vlans}
    return [
        *_infrastructures(plan),
        *_vlans(plan),
        *(line for member in plan.members for line in _member(member)),
        *(line for interface in plan.interfaces for line in _interface(interface, lans)),
    ]


def summary(plan: Plan) -> str:
    """What changes, counted, in one line."""
    members = {step: len(plan.members_with(step)) for step in Step}
    members[Step.CHANGED] = sum(bool(m.changes) for m in plan.members_with(Step.CHANGED))
    counts = [f"{members[step]} {step.value}" for step in Step]
    addresses = [
        f"{sum(len(i.of(step)) for i in plan.interfaces)} {step.value}"
        for step in (Step.ADDED, Step.CHANGED, Step.LEFT)
    ]
    return f"Members: {', '.join(counts)}. Addresses: {', '.join(addresses)}."


def _infrastructures(plan: Plan) -> Iterator[str]:
    for step in plan.infrastructures:
        known = step.known
        if known is None:
            yield f"+ infrastructure {step.name}"
        elif known.name.casefold() != step.name.casefold():
            yield (
                f"= infrastructure {known.name}: the export calls it {step.name}; taken for the "
                f"same by its IX-F id {known.ixf_id}. If it is another, name it: --infrastructure"
            )
        elif step.ixf_id:
            yield f"~ infrastructure {known.name}: IX-F id {_arrow(None, step.ixf_id)}"


def _vlans(plan: Plan) -> Iterator[str]:
    for step in plan.vlans:
        if step.gone:
            yield f"- VLAN {step.name} is not in the export; kept, without its connections"
        elif step.known is None:
            prefixes = ", ".join(text for _, text in step.lan.prefixes) or "no prefixes"
            yield f"+ VLAN {step.name} ({prefixes}), without flags"
        for name, (old, new) in step.changes.items():
            if name == "prefixes":
                old, new = (_listed(p for _, p in prefixes) for prefixes in (old, new))
            yield f"~ VLAN {step.name}: {FIELD_WORDS.get(name, name)} {_arrow(old, new)}"


def _member(step: MemberStep) -> Iterator[str]:
    who = f"AS{step.asn} {step.name}"
    if step.step is Step.ADDED:
        kind = step.changes.get("type", (None, None))[1]
        yield f"+ {who}" + (f" ({kind})" if kind and kind != "peering" else "")
        return
    if step.step is Step.LEFT:
        yield f"- {who} leaves; kept with its history"
        return
    if step.step is Step.RETURNED:
        yield f"+ {who} returns"
    if step.adopted:
        yield f"~ {who}: made by hand, from now on also from the export"
    for name, (old, new) in step.changes.items():
        yield f"~ {who}: {FIELD_WORDS[name]} {_arrow(old, new)}"
    for name, (ours, theirs) in step.kept.items():
        yield (
            f"= {who}: {FIELD_WORDS[name]} stays {_shown(ours)}, set by hand; "
            f"the export says {_shown(theirs)}"
        )
    if step.emails is not None:
        old = step.known.emails if step.known else frozenset()
        yield f"~ {who}: {FIELD_WORDS['emails']} {_arrow(old, step.emails)}"


def _interface(step: InterfaceStep, lans: dict[VlanKey, str]) -> Iterator[str]:
    who, lan = f"AS{step.asn} {step.name}", lans[step.lan]
    if step.known and step.known.connected != step.connected and step.step is Step.CHANGED:
        state = ("disconnected", "connected")
        yield f"~ {who} on {lan}: {_arrow(state[step.known.connected], state[step.connected])}"
    ending = step.of(Step.LEFT)
    for address in step.of(Step.ADDED):
        replaced = next((old for old in ending if old.protocol == address.protocol), None)
        ending = [old for old in ending if old is not replaced]
        yield _added(who, lan, address, replaced)
    for address in step.of(Step.CHANGED):
        changes = [
            f"{FIELD_WORDS[name]} {_arrow(old, new)}"
            for name, (old, new) in address.changes.items()
            if name in FIELD_WORDS
        ]
        moved = ["on another connection"] if "interface_id" in address.changes else []
        yield f"~ {who} on {lan}: {address.text} {', '.join(changes + moved)}"
    for address in ending:
        yield f"- {who} on {lan}: {address.text}"
    if step.known and step.macs != step.known.macs and step.step is Step.CHANGED:
        yield f"~ {who} on {lan}: MAC {_arrow(step.known.macs, step.macs)}"


def _added(who: str, lan: str, address: AddressStep, replaced: AddressStep | None) -> str:
    if address.taken_from:
        holder = address.taken_from
        instead = f", in place of {replaced.text}" if replaced else ""
        return f"~ {address.text} on {lan}: AS{holder.asn} {holder.name} → {who}{instead}"
    if replaced:
        return f"~ {who} on {lan}: {replaced.text} → {address.text}"
    client = address.wanted is not None and address.wanted.rs_client
    return f"+ {who} on {lan}: {address.text}" + (" (route-server client)" if client else "")


def _arrow(old: object, new: object) -> str:
    return f"{_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        value = _listed(value)
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”"


def _listed(texts: Iterable[str]) -> str | None:
    return ", ".join(sorted(texts)) or None
