"""The users of a member and their roles: read, changed, ended; never without an administrator."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, func, select, update

from app.domain.actor import Actor, Role
from app.domain.change import Change
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.mail import Mail
from app.domain.member import MemberType
from app.extensions import db, transaction
from app.models import Invitation, Member, Membership, User
from app.models.base import AnyRow
from app.services import audit, outbox, relations
from app.services.unique import conflict_on_unique

Notice = Callable[[AnyRow, str], Mail]  # a user and the name of a member
NOBODY = "That is no user of this member (any more)."
LAST = (
    "{} is the last member administrator of {}: without one nobody could act or invite. Make "
    "somebody else one first."
)

IS_ABLE = and_(  # counts as one who can act for a member
    User.active,
    ~User.is_superuser,  # who may be there for a while only
    User.password_hash.is_not(None),  # an invitation may never be taken up
)


class TeamLine(NamedTuple):
    """One user of a member. `came` is whether they ever set a password."""

    user_id: int
    name: str
    username: str
    email: str
    role: Role
    last_login_at: datetime | None
    active: bool
    came: bool
    is_superuser: bool

    @property
    def shown_name(self) -> str:
        """Where the address is seen anyway, it stands for a name that is not there."""
        return self.name or self.email


def list_team(member_id: int) -> list[TeamLine]:
    """The users of a member, by name."""
    rows: Iterable[Any] = db.session.execute(
        select(
            User.id,
            User.name,
            User.username,
            User.email,
            Membership.role,
            User.last_login_at,
            User.active,
            User.password_hash.is_not(None),
            User.is_superuser,
        )
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.member_id == member_id)
        .order_by(func.lower(User.name), User.id)
    )
    return [TeamLine(*row)._replace(role=Role(row.role)) for row in rows]


def add(actor: Actor | None, user_id: int, member_id: int, role: Role, *, now: datetime) -> None:
    """Let a user act for a member. Raises Conflict when they do already, NotFound; Invalid for a
    role that is none of a member, or a route server."""
    check_role(role)
    with transaction() as session:
        name = relations.hold(member_id)[member_id]
        kind = db.session.scalar(select(Member.type).where(Member.id == member_id))
        if kind == MemberType.ROUTE_SERVER:
            raise Invalid(f"{name} is a route server: nobody peers in its name.", "member")
        user = _user(user_id)
        already = Conflict(f"{user.name} is a user of {name} already.", "email")
        if find_role(user_id, member_id) is not None:
            raise already
        with conflict_on_unique(already):
            session.add(Membership(user_id=user_id, member_id=member_id, role=int(role)))
        session.execute(
            delete(Invitation).where(
                Invitation.member_id == member_id, Invitation.email == user.email
            )
        )
        _record(actor, "user added", user, member_id, now, None, role)


def set_role(
    actor: Actor | None, user_id: int, member_id: int, role: Role, *, now: datetime
) -> None:
    """Change what a user may do for a member. Raises NotFound, Conflict for the last
    administrator."""
    check_role(role)
    with transaction() as session:
        before, user = _begin(user_id, member_id)
        if before == role:
            return
        if before is Role.ADMIN:
            _check_not_last(user, member_id)
        session.execute(
            update(Membership)
            .where(Membership.user_id == user_id, Membership.member_id == member_id)
            .values(role=int(role))
        )
        _record(actor, "role changed", user, member_id, now, before, role)


def remove(
    actor: Actor | None,
    user_id: int,
    member_id: int,
    *,
    now: datetime,
    notice: Notice | None = None,
) -> None:
    """End that a user acts for a member, at once; the login itself stays. Raises like `set_role`.

    `notice` writes the mail that tells them.
    """
    with transaction() as session:
        before, user = _begin(user_id, member_id)
        if before is Role.ADMIN:
            _check_not_last(user, member_id)
        session.execute(
            delete(Membership).where(
                Membership.user_id == user_id, Membership.member_id == member_id
            )
        )
        _record(actor, "user removed", user, member_id, now, before, None)
        if notice:
            name = relations.hold(member_id)[member_id]
            mail = notice(user, name)
            outbox.enqueue(mail, now=now, actor=actor, member_id=member_id)


def check_may_end(user_id: int, member_id: int) -> None:
    """Raise Conflict for the last administrator: said before it is asked whether they shall go."""
    if is_possible_id(user_id) and find_role(user_id, member_id) is Role.ADMIN:
        _check_not_last(_user(user_id), member_id)


def find_role(user_id: int, member_id: int) -> Role | None:
    """The role of a user for a member, None when there is none."""
    found = db.session.scalar(
        select(Membership.role).where(
            Membership.user_id == user_id, Membership.member_id == member_id
        )
    )
    return None if found is None else Role(found)


def refuse_superuser(user_id: int) -> None:
    """Members do not manage who runs the exchange. Raises NotFound, as for any stranger."""
    if is_possible_id(user_id) and db.session.scalar(
        select(User.is_superuser).where(User.id == user_id)
    ):
        raise NotFound(NOBODY)


def _begin(user_id: int, member_id: int) -> tuple[Role, AnyRow]:
    """Keep the member still, so that of two who remove each other one stays."""
    relations.hold(member_id)
    if not is_possible_id(user_id):
        raise NotFound(NOBODY)
    role = find_role(user_id, member_id)
    if role is None:
        raise NotFound(NOBODY)
    return role, _user(user_id)


def check_role(role: Role) -> None:
    """Raises Invalid for a role that nobody has for a member."""
    if role not in (Role.USER, Role.ADMIN):
        raise Invalid(
            "A member has member users and member administrators, no other roles.", "role"
        )


def only_admin_of(user_id: int) -> list[str]:
    """The members of which this user is the only administrator who can log in."""
    if not _user(user_id).is_able:
        return []
    own = select(Membership.member_id).where(
        Membership.user_id == user_id, Membership.role == int(Role.ADMIN)
    )
    rows = db.session.execute(
        select(Member.id, Member.name).where(Member.id.in_(own)).order_by(Member.name)
    )
    return [row.name for row in rows if not _other_admins(user_id, row.id)]


def _check_not_last(user: AnyRow, member_id: int) -> None:
    """Who could not act anyway leaves nobody behind who can."""
    if user.is_able and not _other_admins(user.id, member_id):
        name = db.session.scalar(select(Member.name).where(Member.id == member_id))
        raise Conflict(LAST.format(user.name, name))


def _other_admins(user_id: int, member_id: int) -> int:
    found: int | None = db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.member_id == member_id,
            Membership.role == int(Role.ADMIN),
            Membership.user_id != user_id,
            IS_ABLE,
        )
    )
    return found or 0


def _user(user_id: int) -> AnyRow:
    row = db.session.execute(
        select(
            User.id,
            User.username,
            User.email,
            User.shown_name.label("name"),
            IS_ABLE.label("is_able"),
        ).where(User.id == user_id)
    ).first()
    if row is None:
        raise NotFound("There is no such user.")
    return row


def _record(
    actor: Actor | None,
    action: str,
    user: AnyRow,
    member_id: int,
    now: datetime,
    old: Role | None,
    new: Role | None,
) -> None:
    change = Change("role", old.label if old else None, new.label if new else None)
    subject = f"user {user.username}"
    audit.record(actor, action, subject, now=now, member_id=member_id, changes=[change])
