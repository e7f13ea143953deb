"""The mails that tell people for whom they act."""

from typing import Any

from app import mailing
from app.domain.mail import Mail
from app.services import one_time


def write_invitation(holder: one_time.Holder, token: str | None, whom: str, *, by: str) -> Mail:
    """An invitation; without a token that a login they have acts for one member more."""
    link = mailing.link_to("auth.set_password", token=token) if token else ""
    return mailing.write(
        "invitation",
        "invitation" if token else "notice",
        holder.email,
        holder.name,
        username=holder.username,
        by=by,
        member=whom,
        link=link,
        days=one_time.LIFETIMES["invitation"].days,
    )


def write_ended(user: Any, whom: str) -> Mail:
    """That a login does not act for a member any more."""
    return mailing.write(
        "membership_ended", "notice", user.email, user.name, username=user.username, member=whom
    )
