"""What the log calls actions, fields and values: as the forms do, not as tables do."""

from app.domain.actor import Role
from app.domain.classify import Link, Mark
from app.domain.contact import KINDS as CONTACTS
from app.domain.field_words import WORDS
from app.domain.member import MemberType
from app.domain.wishes import WORDS as WISHES

FIELDS = WORDS | {
    "addresses": "Addresses",
    "answer": "Answer",
    "contacts": "Contacts",
    "interfaces": "Interfaces",
    "link": "Shown, and reported",
    "mark": "Tab",
    "matrix_opt_out": "Left out of the matrix",
    "page for requests": "Page for requests",
    "paused": "Paused",
    "peering manager and matrix on": "Peering manager and matrix on",
    "peering_manager": "Peering manager",
    "peering_matrix": "Peering matrix",
    "plan": "Plan",
    "requested sessions": "Requested sessions",
    "role": "Role",
    "sessions": "Sessions",
    "status": "Status",
    "superuser": "Operator",
    "takes requests": WORDS["wish"],
}
# Of one protocol, after its name.
OF_ADDRESS = {"enabled": "in use", "rs_client": "route-server client", "max_prefix": "max-prefix"}
ROLES = {role.label: role.words for role in Role}
TABS = {"": "what is observed", Mark.PEERED: "Peers", Mark.REJECTED: "Rejected / Ignored"}
VALUES: dict[str, dict[str, str]] = {
    "link": {Link.NONE: "no session", Link.ROUTE_SERVER: "route server"},
    "mark": TABS,
    "role": ROLES,
    "takes requests": {wish.value: words for wish, words in WISHES.items()},
    "type": {MemberType.ROUTE_SERVER: "route server"},
}
ACTIONS = {"mark changed": "moved"}
FOLLOWS = "field follows imports"
SOURCES = {
    "ixf": "said by imports",
    "operator": "said by the exchange",
    "member": "said by the member",
}
SEARCHED = ("mark", "role")  # by the words that are shown, too


def in_words(action: str, change: list[str]) -> list[str]:
    """A change as people read it: what it is of, before, after."""
    field, old, new = change
    values = SOURCES if action == FOLLOWS else VALUES.get(field, {})
    return [_field(action, field), values.get(old, old), values.get(new, new)]


def action_in_words(action: str) -> str:
    """What was done, as the button for it says."""
    return ACTIONS.get(action, action)


def actions_stored_as(word: str) -> list[str]:
    """The actions that are shown by words which hold this one, and stored by others."""
    sought = word.casefold()
    return [stored for stored, shown in ACTIONS.items() if sought in shown.casefold()]


def stored_as(word: str) -> list[str]:
    """The values in the log that are shown by words which hold this one."""
    sought = word.casefold()
    return [
        stored
        for field in SEARCHED
        for stored, shown in VALUES[field].items()
        if stored and sought in shown.casefold()
    ]


def _field(action: str, field: str) -> str:
    if action.startswith("contact") and field in CONTACTS:
        return f"{CONTACTS[field]} contact"
    protocol, _, rest = field.partition(" ")
    if protocol in ("IPv4", "IPv6"):
        return f"{protocol} {OF_ADDRESS.get(rest, rest)}" if rest else f"{protocol} address"
    return FIELDS.get(field) or field.replace("_", " ").capitalize()
