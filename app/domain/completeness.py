"""What a peering request lacks: the facts a coordinator wants to read and does not find."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one member; empty where nobody said."""

    has_peering_email: bool
    has_noc: bool
    as_set_4: str | None
    as_set_6: str | None
    max_prefix_4: int | None
    max_prefix_6: int | None
    policy: str | None
    in_peeringdb: bool | None
    protocols: frozenset[int] = frozenset({4, 6})  # those it has addresses for


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing fact: the field to fill and why it matters."""

    field: str
    what: str
    why: str


def gaps(facts: Facts) -> list[Gap]:
    """The missing facts, the most important first."""
    checks = (
        (facts.has_peering_email, Gap("contacts", "No peering address", "nobody can answer you")),
        (facts.has_noc, Gap("contacts", "No NOC", "nobody can call when a session falls")),
        (
            bool(facts.as_set_4 or (facts.as_set_6 and facts.protocols == {6})),
            Gap("as_set_4", "No AS-SET", "others cannot build their filters"),
        ),
        *(
            (bool(limit), Gap(f"max_prefix_{protocol}", f"No max-prefix for IPv{protocol}",
             "others have to guess a limit"))
            for protocol, limit in ((4, facts.max_prefix_4), (6, facts.max_prefix_6))
            if protocol in facts.protocols
        ),
        (bool(facts.policy), Gap("policy", "Policy not stated", "nobody knows whether to ask")),
        (
            bool(facts.in_peeringdb),
            Gap("in_peeringdb", "Not known to be in PeeringDB", "many look there first"),
        ),
    )  # fmt: skip
    return [gap for is_there, gap in checks if not is_there]
