"""The forms of one's own login."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Name and address."""

    name = StringField("Name")
    email = EmailField("E-mail", [InputRequired("Type your address.")])
    current = PasswordField("Password, for a new address")


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password as it is, and as it shall be."""

    current = PasswordField("Current password", [InputRequired("Type your password.")])
    new = PasswordField("New password", [InputRequired("Type a new password.")])
