"""The form of a member."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.blueprints.member_admin.words import TYPES
from app.domain.member_fields import FIELDS


class MemberForm(FlaskForm):  # type: ignore[misc]
    """What the exchange says of a member; the domain says what makes sense."""

    name = StringField("Name", render_kw={"maxlength": 255, "dir": "auto"})
    asn = StringField("ASN", render_kw={"inputmode": "numeric", "maxlength": 20})
    organisation = StringField("Organisation", render_kw={"maxlength": 255, "dir": "auto"})
    type = SelectField(
        "Type", choices=[SelectChoice(kind.value, words) for kind, words in TYPES.items()],
        validate_choice=False,
    )  # fmt: skip
    policy = StringField("Policy", render_kw={"list": "offered-policy", "maxlength": 64})
    never_via_route_servers = BooleanField("Never reached via route servers")
    joined_at = StringField("Member since", render_kw={"type": "date"})
    share_asn = BooleanField("Two members share this ASN")

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by the names of the fields."""
        return {field: self[field].data if self[field].data is not None else "" for field in FIELDS}

    def take_over(self, values: Mapping[str, Any], *, but: Collection[str]) -> None:
        """Show what stands by now in every field but those that were changed here."""
        for field in FIELDS:
            if field not in but:
                self[field].data = values[field]
