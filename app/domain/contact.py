"""How a member is reached: the kinds of contacts, and what each may hold."""

from dataclasses import dataclass

from app.domain.details import one_line
from app.domain.errors import Invalid

KINDS = {"peering": "Peering", "noc": "NOC", "policy": "Policy"}
MOST_EMAIL = 320
MOST_PHONE = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contact as somebody wrote it; `vlan_id` is the only VLAN it is meant for.

    `email` is empty for one that has a phone only.
    """

    kind: str
    email: str
    phone: str | None = None
    vlan_id: int | None = None


def checked(wanted: Wanted) -> Wanted:
    """The contact as it is stored, but for whether mail could be sent there. Raises Invalid."""
    kind = wanted.kind.strip().casefold()
    if kind not in KINDS:
        raise Invalid(f"A contact is for {', '.join(KINDS)}; “{kind[:80]}” is none.", "kind")
    email = one_line(wanted.email.strip(), "email", MOST_EMAIL)
    phone = one_line((wanted.phone or "").strip(), "phone", MOST_PHONE) or None
    if not email and not phone:
        raise Invalid("Say at which e-mail address or phone.", "email")
    return Wanted(kind, email, phone, wanted.vlan_id)
