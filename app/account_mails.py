"""The mails that tell people what became of their login."""

from collections.abc import Callable
from typing import Any

from app import access, mailing
from app.clock import now
from app.domain.mail import Mail
from app.services import one_time


def write_password_notice(holder: one_time.Holder) -> Mail:
    """Tell somebody that their password was changed."""
    return mailing.write(
        "password_changed",
        "notice",
        holder.email,
        holder.name,
        username=holder.username,
        at=now(),
        address=access.address(),
    )


def write_address_link(user: Any, new: str, token: str) -> Mail:
    """The link that confirms a new address, to that address: perhaps a stranger's, so without the
    name, which may be any text."""
    return mailing.write(
        "address_link",
        "address",
        new,
        username=user.username,
        link=mailing.link_to("auth.confirm_address", token=token),
    )


def write_address_asked(user: Any, new: str) -> Mail:
    """Tell the old address what was asked for."""
    return mailing.write(
        "address_asked",
        "notice",
        user.email,
        user.name,
        username=user.username,
        new=new,
        at=now(),
        address=access.address(),
    )


def moved_to(new: str) -> Callable[[Any, str], Mail]:
    """What tells the old and the new address that a login's address is another now."""

    def write(before: Any, address: str) -> Mail:
        return mailing.write(
            "details_changed",
            "notice",
            address,
            before.name,
            username=before.username,
            old=before.email,
            new=new.strip().casefold(),
            at=now(),
        )

    return write
