"""The login form."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Username or e-mail address, and password."""

    login = StringField(
        "Username or e-mail", [InputRequired("Type your username or address."), Length(max=320)]
    )
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=1024)])
