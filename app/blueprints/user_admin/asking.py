"""What is asked before a login loses or gains a lot."""

from app.services import memberships
from app.services.user_admin import UserCard


def before_disabling(card: UserCard) -> list[str]:
    """Disabling; the members that are left without anybody are named."""
    alone = memberships.only_admin_of(card.id)
    left = (
        [
            f"{card.shown_name} is the only member administrator who can log in for "
            f"{', '.join(alone)}: nobody there can act or invite then."
        ]
        if alone
        else []
    )
    return [
        f"{card.shown_name} ({card.email}) is logged out everywhere at once and cannot log in; "
        "mailed links end. It can be enabled again.",
        *left,
    ]


def before_superuser(card: UserCard, on: bool, *, mine: bool = False) -> list[str]:
    """Running the exchange, or no longer."""
    if on:
        return [
            f"{card.shown_name} ({card.email}) will run the exchange: see and change everything "
            "of every member, look at the portal as any of them, and manage all users."
        ]
    if mine:
        return [
            "You will not run the exchange any more, at once, and cannot take that back yourself: "
            "another operator can."
        ]
    return [f"{card.shown_name} ({card.email}) does not run the exchange any more, at once."]


def before_ending(card: UserCard, member_id: int) -> list[str]:
    """Being no user of a member any more."""
    name = next((one.name for one in card.members if one.member_id == member_id), "the member")
    return [
        f"{card.shown_name} ({card.email}) will not be a user of {name} any more, from this moment "
        "on, and gets a mail that says so. The login itself stays."
    ]
