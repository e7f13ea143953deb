"""What changes in a member or an address, and what stays because a person said it."""

from app.domain.ixf.document import Address, Network
from app.domain.ixf.snapshot import BY_HAND, KnownAddress, KnownMember
from app.domain.ixf.steps import Change, MemberStep, Step


def member_step(network: Network, known: KnownMember | None) -> MemberStep | None:
    """What an import does to a member; None when all stands as the export says.

    What the export leaves out changes nothing; what a person set stays, and is
    `kept`.
    """
    wanted = _fields(network, known)
    if known is None:
        changes: dict[str, Change] = {name: (None, value) for name, value in wanted.items()}
        emails = frozenset(network.emails) or None
        return MemberStep(network.asn, network.name, Step.ADDED, None, changes, emails=emails)
    step = MemberStep(network.asn, known.name, Step.CHANGED, known)
    if known.left:
        step.step = Step.RETURNED
    for name, value in wanted.items():
        old = known.fields[name]
        if old != value:
            by_hand = known.origins.get(name) in BY_HAND
            (step.kept if by_hand else step.changes)[name] = (old, value)
    _compare_emails(step, known, frozenset(network.emails))
    step.adopted = not known.from_export
    is_new = known.left or step.adopted or step.emails is not None
    return step if is_new or step.changes or step.kept else None


def _compare_emails(step: MemberStep, known: KnownMember, emails: frozenset[str]) -> None:
    if not emails:
        return  # exports without a key have none
    if known.own_emails:
        if emails != known.own_emails:
            step.kept["emails"] = (known.own_emails, emails)
    elif emails != known.emails:
        step.emails = emails


def _fields(network: Network, known: KnownMember | None) -> dict[str, object]:
    said: dict[str, object] = {
        "name": network.name if network.named or known is None else None,
        "type": network.type,
        "policy": network.policy,
        "policy_url": network.policy_url,
        "website": network.website,
        "joined_at": network.joined_at,
    }
    return {name: value for name, value in said.items() if value is not None}


def address_changes(
    held: KnownAddress, wanted: Address, interface_id: int | None
) -> dict[str, Change]:
    """What changes in an address that its member keeps, the connection it is on included."""
    pairs: dict[str, Change] = {
        "rs_client": (held.rs_client, wanted.rs_client),
        "max_prefix": (held.max_prefix, wanted.max_prefix),
        "as_set": (held.as_set, wanted.as_set),
        "interface_id": (held.interface_id, interface_id),
    }
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}
