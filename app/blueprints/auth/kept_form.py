"""What somebody typed while their login ended: carried by the login page, shown again after the
login, and sent only when they press the button. Passwords are never among it."""

from typing import Any, NamedTuple

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from app.blueprints.auth import kept_words

SECRET = {"password", "current", "new"}  # the last word of a field's name
# What a form carries without anybody typing it.
CARRIED = {
    "member", "version", "role", "on", "mark", "field", "sure", "both", "kind", "next",
    "pair", "for", "after",
}  # fmt: skip
MOST = 200_000  # characters; more than any form here takes


class Kept(NamedTuple):
    """A form that was not sent: where to, with what, typed on which page."""

    action: str
    page: str
    typed: list[tuple[str, str]]
    carried: list[tuple[str, str]]

    def label(self, name: str) -> str:
        """What the form calls this field."""
        return kept_words.label(self.action, name)

    @property
    def pairs(self) -> list[str]:
        """The sessions that were ticked, as a form names them."""
        return [value for name, value in self.carried if name == "pair"]


def pack(page: str) -> str:
    """The form of this request as one signed text; empty when nothing was typed, or nobody knows
    whose it is."""
    user_id = session.get("was")
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name.rpartition("-")[2] not in SECRET
    ]
    is_typed = any(name not in CARRIED and value.strip() for name, value in fields)
    size = sum(len(value) for _, value in fields)
    if user_id is None or not is_typed or size > MOST:
        return ""
    return _serializer().dumps(
        {"user": user_id, "action": request.path, "page": page, "fields": fields}
    )


def unpack(text: str, user_id: int) -> Kept | None:
    """What was packed, if this user typed it."""
    try:
        packed: dict[str, Any] = _serializer().loads(text)
    except BadSignature:
        return None
    if packed["user"] != user_id:
        return None
    fields = [(name, value) for name, value in packed["fields"]]
    return Kept(
        packed["action"],
        packed["page"],
        [one for one in fields if one[0] not in CARRIED],
        [one for one in fields if one[0] in CARRIED],
    )


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="a form that was not sent")
