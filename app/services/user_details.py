"""Name and address of a user: changed by the exchange, or by the user, whose new address counts
once a link that was mailed to it was used."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Invalid, NotFound, Overtaken
from app.domain.form_version import merged
from app.domain.mail import Mail
from app.extensions import transaction
from app.models.base import AnyRow
from app.services import mail_caps, one_time, outbox, passwords, user_rows, users
from app.services.unique import conflict_on_unique

Notice = Callable[[AnyRow, str], Mail]  # the user as it was, and the address that is told
# The mails of a new address: the link to it, with a token, and what tells the old one.
Asking = tuple[Callable[[AnyRow, str, str], Mail], Callable[[AnyRow, str], Mail]]
WRONG = "That is not your password."


class Changed(Overtaken):
    """Somebody else changed a field that this form changed, too: `touched` names those."""

    def __init__(self, standing: AnyRow, touched: list[str]) -> None:
        self.touched = touched
        super().__init__(
            f"Somebody changed this user meanwhile: it is {standing.name}, {standing.email} now. "
            "Look at your input and save again to overwrite that."
        )


class Saved(NamedTuple):
    """What became of one's own details."""

    renamed: bool
    asked: bool  # a new address has a link


def save(
    actor: Actor,
    user_id: int,
    *,
    name: str,
    email: str,
    version: str,
    now: datetime,
    write: Notice | None = None,
) -> list[Change]:
    """The exchange changes name and address, where they differ from `version`; `write` makes the
    notice of a new address.

    Raises Changed when somebody was faster with one of them, Conflict for an address of another
    user; Invalid.
    """
    wanted = {"name": name.strip(), "email": email.strip().casefold()}
    with transaction():
        before = user_rows.locked(user_id)
        users.check_names(before.username, wanted["email"], wanted["name"])
        standing = {field: getattr(before, field) for field in wanted}
        values, touched, clashes = merged(standing, wanted, version)
        if clashes:
            raise Changed(before, touched)
        return _write(actor, before, values, now, write)


def save_own(
    actor: Actor,
    *,
    name: str,
    email: str,
    current: str,
    now: datetime,
    admit: Callable[[], None],
    write: Asking | None,
) -> Saved:
    """Change one's own name; a new address gets a link, and until that is used the old one stays,
    and is told. Both are stored, or neither.

    The answer is the same for an address that another user has. `admit` is asked before the
    password is looked at, and may raise TooSoon. Raises Invalid, TooSoon after many new addresses.
    """
    email = email.strip().casefold()
    users.check_names(actor.username, email, name)
    moves = email != user_rows.get_email(actor.user_id)
    right = _right(actor.user_id, current, admit, write) if moves else None
    with transaction():
        before = user_rows.locked(actor.user_id)
        changes = _write(actor, before, {"name": name.strip()}, now, None)
        if right is not None and write is not None:
            passwords.hold(actor.user_id, right)
            _ask_for_address(actor, before, email, now, write)
    return Saved(bool(changes), moves)


def _right(user_id: int, current: str, admit: Callable[[], None], write: Asking | None) -> str:
    """The hash of the password, which a new address needs."""
    if write is None:
        raise Invalid(
            "This portal cannot send mail just now, so it cannot confirm a new address. Ask the "
            "exchange to change it.",
            "email",
        )
    if not current:
        raise Invalid("A new address needs your password.", "current")
    admit()
    right = passwords.find_right(user_id, current)
    if right is None:
        raise Invalid(f"{WRONG} A new address needs it.", "current")
    return right


def _ask_for_address(actor: Actor, user: AnyRow, email: str, now: datetime, write: Asking) -> None:
    mail_caps.check_new_addresses(user.id, email, now=now)
    token = one_time.issue(user.id, "address", now=now, email=email)
    to_new, to_old = write
    outbox.enqueue(to_new(user, email, token), now=now, actor=actor)
    outbox.enqueue(to_old(user, email), now=now, actor=actor)
    user_rows.record(actor, "user address asked for", user, now)


def confirm_address(
    actor: Actor, token: str, *, now: datetime, write: Callable[[str], Notice] | None
) -> str:
    """Take the new address that a link mailed to it confirms; returns it.

    Raises NotFound for a link that does not work any more, or that another user asked for;
    Conflict for an address that another user has.
    """
    with transaction():
        before = user_rows.locked(actor.user_id)
        new = one_time.get_own(token, actor.user_id, now=now).new_email
        one_time.use(token, now=now, kind=one_time.ADDRESS)
        _write(actor, before, {"email": new}, now, write and write(new))
    return new


def forget_address(actor: Actor, *, now: datetime) -> str:
    """Take back the new address that one asked for, whose link ends at once; returns it.

    Raises NotFound when there is none (any more).
    """
    with transaction():
        user = user_rows.locked(actor.user_id)
        pending = one_time.find_pending(actor.user_id, now=now)
        if pending is None:
            raise NotFound("No new address waits any more: its link was used, or is too old.")
        one_time.revoke(actor.user_id, one_time.ADDRESS)
        user_rows.record(actor, "user address taken back", user, now)
    return pending.email


def _write(
    actor: Actor, before: AnyRow, wanted: dict[str, str], now: datetime, write: Notice | None
) -> list[Change]:
    changes = [
        Change(field, getattr(before, field), value)
        for field, value in wanted.items()
        if getattr(before, field) != value
    ]
    if not changes:
        return []
    email = wanted.get("email", before.email)
    users.check_address_free(email, but=before.id)
    with conflict_on_unique(email=users.taken(email)):
        user_rows.change(before.id, **wanted)
    user_rows.record(actor, "user changed", before, now, changes)
    if email != before.email:
        one_time.revoke(before.id)  # a link went to the old address
        for told in (before.email, email) if write else ():
            outbox.enqueue(write(before, told), now=now, actor=actor)  # type: ignore[misc]
    return changes
