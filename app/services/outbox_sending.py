"""What the sender does: take a mail, settle it, and own up to what may have left unseen."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from app.domain.mail import Letter, Recipient
from app.domain.mail_policy import LINK_LIVES, Delivery, Outcome, outcome
from app.domain.member import MemberStatus
from app.extensions import db, end_reading, transaction
from app.models import Contact, Member, OutboxMessage, OutboxRecipient, RequestPause
from app.models.base import AnyRow
from app.services.request_unwanted import is_unwanted

LOST = "The sender stopped while it was handing the mail over; the server may have taken it or not."
TOO_LATE = "Not sent in time: the link in it does not work any more."
# Connecting, greeting, TLS, login, the data and its answer; each may take the time-out, and a
# connection that was kept too long is opened once more.
STEPS, TRIES = 12, 2


def claim(
    *, now: datetime, timeout: timedelta, hold: Collection[str] = (), only: int | None = None
) -> Letter | None:
    """Take one mail that is due, so that no other sender does; None when there is none.

    `timeout` is the longest that one step of a conversation takes: the claim lasts as long as
    all of them. Mails whose purpose is in `hold` wait, and requests that the exchange paused or
    whose receiver gets none; with `only`, just that mail is taken.
    """
    due = (OutboxMessage.state == "queued") & (OutboxMessage.next_attempt_at <= now)
    held = or_(OutboxMessage.purpose.in_(hold), _is_paused(), is_unwanted())
    wanted: list[ColumnElement[bool]] = [due, ~held]
    if only is not None:
        wanted.append(OutboxMessage.id == only)
    order = (OutboxMessage.next_attempt_at, OutboxMessage.id)
    while True:
        found = db.session.scalar(select(OutboxMessage.id).where(*wanted).order_by(*order).limit(1))
        end_reading()
        if found is None:
            return None
        with transaction() as session:
            many = _count_recipients(found)
            until = now + timeout * TRIES * (STEPS + many)
            taken = session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == found, *wanted)
                .values(state="sending", claimed_until=until, attempts=OutboxMessage.attempts + 1)
                .values(version=OutboxMessage.version + 1)
            )
            if taken.rowcount == 1:  # type: ignore[attr-defined]
                return _letter(found)


def _is_paused() -> ColumnElement[bool]:
    """Condition: a request that the exchange holds: everybody's, this member's, or one of a
    suspended member."""
    brake = exists().where(
        RequestPause.ended_at.is_(None),
        or_(
            RequestPause.member_id.is_(None),
            RequestPause.member_id == OutboxMessage.member_id,
        ),
    )
    suspended = exists().where(
        Member.id == OutboxMessage.member_id, Member.status == MemberStatus.SUSPENDED
    )
    return and_(OutboxMessage.purpose == "request", or_(brake, suspended))


def settle(letter: Letter, delivery: Delivery, *, now: datetime) -> str | None:
    """Store how the conversation about a claimed mail ended, address by address.

    Returns the state it leaves the mail in; None when somebody took the mail over meanwhile, and
    nothing is stored then. One that was given up as doubtful while the server took its time is
    still settled: what the server said is better than a doubt.
    """
    with transaction() as session:
        row = session.execute(
            select(OutboxMessage.attempts)
            .where(
                OutboxMessage.id == letter.id,
                OutboxMessage.state.in_(("sending", "doubtful")),
                OutboxMessage.claimed_until == letter.claimed_until,
            )
            .with_for_update()
        ).first()
        if row is None:
            return None
        found = outcome(
            delivery,
            waiting=letter.waiting,
            any_sent=_any_sent(letter.id),
            purpose=letter.purpose,
            attempts=row.attempts,
            created_at=letter.created_at,
            now=now,
        )
        for address, (state, answer) in found.recipients.items():
            session.execute(
                update(OutboxRecipient)
                .where(OutboxRecipient.outbox_id == letter.id, OutboxRecipient.address == address)
                .values(state=state, answer=answer or None)
            )
        _leave(letter, found, now)
        if letter.purpose == "request":
            _remember(delivery.bounced, found.recipients, now)
    return found.state


def _leave(letter: Letter, found: Outcome, now: datetime) -> None:
    is_over = found.state in ("sent", "failed")
    values = {
        "state": found.state,
        "last_error": found.problem or None,
        "claimed_until": letter.claimed_until if found.state == "doubtful" else None,
        "finished_at": now if is_over else None,
    }
    if found.next_attempt_at:
        values["next_attempt_at"] = found.next_attempt_at
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == letter.id)
        .values(values)
        .values(version=OutboxMessage.version + 1)
    )
    if is_over:
        forget_link(letter.id)


def _remember(
    bounced: Collection[str], recipients: Mapping[str, tuple[str, str]], now: datetime
) -> None:
    """An address that its server refused is marked at the contacts that have it, for whoever can
    put it right, until it takes a mail."""
    taken = [address for address, (state, _) in recipients.items() if state == "sent"]
    for addresses, at in ((bounced, now), (taken, None)):
        if addresses:
            folded = [address.casefold() for address in addresses]
            db.session.execute(
                update(Contact).where(func.lower(Contact.email).in_(folded)).values(bounced_at=at)
            )


def mark_doubtful(*, now: datetime) -> int:
    """Mails whose sender died with them in hand: shown as doubtful, sent again only by hand."""
    lost = (OutboxMessage.state == "sending") & (OutboxMessage.claimed_until <= now)
    return _change(lost, state="doubtful", last_error=LOST)


def expire_links(*, now: datetime) -> int:
    """Fail queued mails whose link ran out, and forget every link that is of no use any more."""
    with transaction() as session:
        failed = 0
        for purpose, life in LINK_LIVES.items():
            old = (OutboxMessage.purpose == purpose) & (OutboxMessage.created_at <= now - life)
            queued = old & (OutboxMessage.state == "queued")
            failed += _change(queued, state="failed", last_error=TOO_LATE, finished_at=now)
            idle = old & (OutboxMessage.state != "sending") & (OutboxMessage.text != "")
            session.execute(update(OutboxMessage).where(idle).values(text="", html=None))
    return failed


def has_work(*, now: datetime) -> bool:
    """Whether tidying would change anything; reads only."""
    lost = (OutboxMessage.state == "sending") & (OutboxMessage.claimed_until <= now)
    old = [
        (OutboxMessage.purpose == purpose)
        & (OutboxMessage.created_at <= now - life)
        & (OutboxMessage.state != "sending")
        & (OutboxMessage.text != "")
        for purpose, life in LINK_LIVES.items()
    ]
    unwanted = (OutboxMessage.state == "queued") & is_unwanted()
    query = select(OutboxMessage.id).where(or_(lost, *old, unwanted))
    found = db.session.scalar(query.limit(1))
    end_reading()
    return found is not None


def forget_link(message_id: int) -> None:
    """Empty the text of a mail that holds a personal link, within the caller's transaction."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.purpose.in_(tuple(LINK_LIVES)))
            .values(text="", html=None)
        )


def _change(which: object, **values: object) -> int:
    with transaction() as session:
        changed = session.execute(
            update(OutboxMessage)
            .where(which)  # type: ignore[arg-type]
            .values(**values)
            .values(version=OutboxMessage.version + 1)
        )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _count_recipients(message_id: int) -> int:
    query = select(func.count()).where(OutboxRecipient.outbox_id == message_id)
    return db.session.scalar(query) or 0


def _any_sent(message_id: int) -> bool:
    query = select(OutboxRecipient.id).where(
        OutboxRecipient.outbox_id == message_id, OutboxRecipient.state == "sent"
    )
    return db.session.scalar(query.limit(1)) is not None


def _letter(message_id: int) -> Letter:
    row: AnyRow = db.session.execute(
        select(OutboxMessage.__table__).where(OutboxMessage.id == message_id)
    ).one()
    people = db.session.execute(
        select(
            OutboxRecipient.address,
            OutboxRecipient.name,
            OutboxRecipient.kind,
            OutboxRecipient.state,
        )
        .where(OutboxRecipient.outbox_id == message_id)
        .order_by(OutboxRecipient.id)
    ).all()
    return Letter(
        id=row.id,
        claimed_until=row.claimed_until,
        message_id=row.message_id,
        purpose=row.purpose,
        sender=row.sender,
        recipients=tuple(Recipient(one.address, one.name, one.kind) for one in people),
        waiting=tuple(one.address for one in people if one.state == "queued"),
        subject=row.subject,
        text=row.text,
        created_at=row.created_at,
        html=row.html,
        reply_to=row.reply_to or "",
        in_reply_to=tuple((row.in_reply_to or "").split()),
    )
