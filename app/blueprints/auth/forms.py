"""The forms of people who are not signed in."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


def stripped(text: str | None) -> str | None:
    """As typed, less the blanks that a paste brings along."""
    return text.strip() if text else text


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Username or e-mail address, and password."""

    login = StringField(
        "Username or e-mail",
        [InputRequired("Type your username or address."), Length(max=320)],
        filters=[stripped],
    )
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=1024)])


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """Whose password is to be set anew."""

    login = StringField(
        "Username or e-mail",
        [InputRequired("Type your username or address."), Length(max=320)],
        filters=[stripped],
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password, typed once: a browser can show it."""

    new = PasswordField("New password", [InputRequired("Type a password.")])


class NewLoginForm(FlaskForm):  # type: ignore[misc]
    """Who accepts an invitation and has no login yet."""

    name = StringField("Your name", filters=[stripped])
    new = PasswordField("Password", [InputRequired("Type a password.")])
