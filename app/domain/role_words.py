"""What a role of a member may do, in words: exactly what is granted, no more.

`user_acts` says whether the exchange lets member users act, too (`PEERING_MANAGER_MIN_AUTH`).
"""

from app.domain.actor import Role


def in_short(role: Role, *, user_acts: bool) -> str:
    """Where a role is chosen: `a member user …`."""
    if role is Role.ADMIN:
        return "asks for peering, edits, manages users"
    return "asks for peering, edits" if user_acts else "sees everything, changes nothing"


def granted(role: Role, member: str, *, user_acts: bool) -> str:
    """To whom is invited."""
    sees = f"You see everything of {member}: its peers, requests, notes and users."
    if role is Role.USER and not user_acts:
        return f"{sees} You change nothing, and ask nobody in its name."
    acts = "You ask other members for peering in its name, and keep its marks, notes and details."
    users = "You invite and remove its users." if role is Role.ADMIN else "Others manage its users."
    return f"{sees} {acts} {users}"
