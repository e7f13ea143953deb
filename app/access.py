"""Who is signed in. Every route needs a login unless it is marked `@public`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request, session
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user

from app import acting_for
from app.clock import now
from app.config import Settings
from app.domain.actor import Acting, Actor
from app.domain.errors import Forbidden, OtherMember
from app.extensions import login_manager
from app.services import logins

View = TypeVar("View", bound=Callable[..., Any])

# Asked by open pages, not by people: they keep no login alive.
QUIET_ENDPOINTS = {"peering.changed"}
PUBLIC_ENDPOINTS = {"static", "bootstrap.static"}


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps for the request: an account, never a database entity."""

    def __init__(self, account: logins.Account, token: str) -> None:
        self.account = account
        self.token = token

    def get_id(self) -> str:
        return self.token


def public(view: View) -> View:
    """Let a view answer people who are not signed in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def public_when(test: Callable[[Settings], bool]) -> Callable[[View], View]:
    """Let a view answer people who are not signed in where the settings say so."""

    def mark(view: View) -> View:
        view.public_when = test  # type: ignore[attr-defined]
        return view

    return mark


def is_open(view: Any) -> bool:
    """Whether a view answers people who are not signed in."""
    test = getattr(view, "public_when", None)
    return getattr(view, "is_public", False) or bool(test and test(current_app.config["SETTINGS"]))


def init_app(app: Flask) -> None:
    """Load users from the session and close every door that is not public."""
    # Templates get the actor from page_context, which a fault can switch off.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.session_protection = None  # addresses change on phones; the cookie decides
    login_manager.user_loader(_load)
    app.before_request(_require_login)


def limits() -> logins.Limits:
    """How long a login lasts."""
    settings: Settings = current_app.config["SETTINGS"]
    return logins.Limits(
        idle=timedelta(hours=settings.session_hours), whole=timedelta(days=settings.session_days)
    )


def _load(token: str) -> SignedIn | None:
    account = logins.find_account(
        token,
        now=now(),
        limits=limits(),
        member_id=session.get("member_id"),
        view_as=session.get("view_as"),
        address=address(),
    )
    if account is None:
        return None
    is_click = request.endpoint not in QUIET_ENDPOINTS
    if is_click and now() - account.seen_at >= logins.SEEN_EVERY:
        logins.touch(token, now=now())
    return SignedIn(account, token)


def address() -> str:
    """Where the browser is, as far as the trusted proxies say."""
    return (request.remote_addr or "")[:45]


def _require_login() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
        return None
    view = current_app.view_functions[request.endpoint]
    if is_open(view):
        return None
    if current_user.is_authenticated:
        acting_for.tell_of_another(current_actor())
        return None
    answer: Callable[[], ResponseReturnValue] = current_app.extensions["answer_signed_out"]
    return answer()


def safe_next(target: str | None) -> str | None:
    """`target` if it is a path of this portal, else None: no redirect leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 32 for character in target):
        return None
    return target


def sign_in(user_id: int, password_hash: str | None = None) -> None:
    """Start a fresh session for this user; what the old one held is gone, but for the member that
    the same user acted for: a form that is sent again is meant for that one.

    `password_hash` is the one that the password was held against; see logins.start.
    """
    old = session.get("_user_id")
    kept = acting_for.chosen() if session.get("was") == user_id else {}
    session.clear()
    session.update(kept)
    session.permanent = True
    if old:
        logins.end(old)
    browser = request.user_agent.string
    token = logins.start(
        user_id,
        now=now(),
        limits=limits(),
        address=address(),
        browser=browser,
        password_hash=password_hash,
    )
    signed_in = _load(token)
    if signed_in is None:
        raise Forbidden("This login has just been switched off. Ask the exchange.")
    login_user(signed_in)
    session["was"] = user_id  # whose form it is when this login has ended meanwhile
    acting_for.choose(signed_in.account.actor)


def sign_in_anew(user_id: int, password_hash: str) -> None:
    """A new cookie for whoever is signed in, who goes on where they are: a copy of the old one is
    worth nothing any more. `password_hash` as for `sign_in`."""
    kept = {name: session[name] for name in ("member_id", "view_as") if name in session}
    sign_in(user_id, password_hash)
    session.update(kept)


def sign_out() -> None:
    """End this session: a copy of its cookie is worth nothing any more."""
    user_id, kept = current_actor().user_id, acting_for.chosen()
    logins.end(current_token())
    logout_user()
    session.clear()
    session.update(kept | {"was": user_id})


def current_token() -> str:
    """The token of this session; only for views that are not public."""
    return cast(SignedIn, current_user).token


def current_actor() -> Actor:
    """The signed-in user; only for views that are not public."""
    return cast(SignedIn, current_user).account.actor


def find_actor() -> Actor | None:
    """The signed-in user, or None; for views that may be public."""
    return current_actor() if current_user.is_authenticated else None


def my_members() -> tuple[Acting, ...]:
    """Every member the signed-in user may act for."""
    return cast(SignedIn, current_user).account.members


def my_invitations() -> int:
    """How many invitations of the signed-in user wait for an answer."""
    return cast(SignedIn, current_user).account.invitations


def require_member() -> Actor:
    """The actor, who must act for a member; raises Forbidden with what to do otherwise."""
    actor = current_actor()
    if actor.member is None and actor.is_superuser:
        raise Forbidden(
            "This page is a member's view, and your login acts for no member. "
            "Choose a member under Members and look as that member."
        )
    if actor.member is None:
        raise Forbidden(
            "This page is a member's view, and your login acts for no member. "
            "The exchange can give you a login that does."
        )
    return actor


def may_act() -> bool:
    """Whether the signed-in user may change things for the member it acts for."""
    return current_actor().may_act(current_app.config["SETTINGS"].min_auth)


def may_ask() -> bool:
    """Whether the signed-in user may ask others for peering."""
    return current_actor().may_ask(current_app.config["SETTINGS"].min_auth)


def require_acting() -> Actor:
    """The actor, who must be allowed to change things for its member; raises Forbidden."""
    actor = require_member()
    if not may_act():
        raise Forbidden(
            "Your login may look, not change. A member administrator of yours can change that."
        )
    return actor


def require_superuser() -> Actor:
    """The actor, who must run the exchange; raises Forbidden for everybody else."""
    actor = current_actor()
    if not actor.is_superuser:
        raise Forbidden("This page is for the people who run the exchange.")
    return actor


def check_same_member(actor: Actor) -> None:
    """A page that was open since before a switch must not act for the other member.

    Every form that acts for a member names it in a field `member`; raises OtherMember otherwise.
    """
    if actor.member is None or request.form.get("member") != str(actor.member.member_id):
        name = actor.member.name if actor.member else "nobody"
        raise OtherMember(
            f"This page was loaded for another member; you now act for {name}. Nothing was "
            "changed. Reload the page."
        )
