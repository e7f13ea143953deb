"""Mails of the portal itself, written from `templates/emails/`; a skin may replace the files."""

from typing import Any
from urllib.parse import urljoin

from flask import current_app, render_template, url_for

from app.config import Settings
from app.domain.mail import Mail, Recipient


def can_mail() -> bool:
    """Whether mail leaves at all; the portal says so instead of pretending."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mail.leaves


def can_mail_links() -> bool:
    """Whether a link can be mailed: its host is a setting, never what a browser claims."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mail.leaves and bool(settings.app_url)


def link_to(endpoint: str, **values: Any) -> str:
    """The address of a page as people outside the portal reach it."""
    settings: Settings = current_app.config["SETTINGS"]
    return urljoin(settings.app_url, url_for(endpoint, **values))


def write(template: str, purpose: str, to: str, name: str = "", **context: Any) -> Mail:
    """A mail to one person from `emails/<template>/subject.txt` and `body.txt`."""
    settings: Settings = current_app.config["SETTINGS"]
    folder = f"emails/{template}"
    return Mail(
        purpose=purpose,
        sender=Recipient(settings.identity.email, settings.identity.name),
        recipients=(Recipient(to, name),),
        subject=" ".join(render_template(f"{folder}/subject.txt", **context).split()),
        text=render_template(f"{folder}/body.txt", name=name, **context).strip() + "\n",
    )
