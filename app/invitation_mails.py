"""The mails that tell people whose users they are."""

from typing import Any

from app import mailing
from app.domain.mail import Mail
from app.domain.mail_policy import LINK_LIVES
from app.services import one_time
from app.services.invitation_rows import Offer
from app.services.invitations import Write
from app.services.member_invitations import Write as WriteOffer

DAYS = LINK_LIVES["invitation"].days


def invitation_by(by: str) -> Write:
    """What invites somebody to a login that the exchange made."""

    def write(holder: one_time.Holder, token: str, whom: str) -> Mail:
        return mailing.write(
            "invitation",
            "invitation",
            holder.email,
            holder.name,
            username=holder.username,
            by=by,
            member=whom,
            link=mailing.link_to("auth.set_password", token=token),
            days=DAYS,
        )

    return write


def offer_by(by: str) -> WriteOffer:
    """What invites somebody to be a user of a member; the same with and without a login."""

    def write(offer: Offer, token: str) -> Mail:
        return mailing.write(
            "membership_offered",
            "invitation",
            offer.email,
            offer.name,
            by=by,
            member=offer.member,
            asn=offer.asn,
            role=offer.role,
            link=mailing.link_to("auth.invited", token=token),
            days=DAYS,
        )

    return write


def write_ended(user: Any, whom: str) -> Mail:
    """That a login is no user of a member any more."""
    return mailing.write(
        "membership_ended", "notice", user.email, user.name, username=user.username, member=whom
    )
