"""Reads the mails that the development sink keeps as files."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

MOST = 200
NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")  # as the sink names them
HIDDEN = ("content-type", "content-transfer-encoding", "mime-version")


@dataclass(frozen=True)
class Caught:
    """A mail as text: headers, the plain part, and the source of the HTML part."""

    name: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str

    def header(self, name: str) -> str:
        """The first header of this name, empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def list_caught(folder: Path) -> list[Caught]:
    """The newest mails, newest first."""
    if not folder.is_dir():
        return []
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)[:MOST]
    return [found for name in names if (found := read_caught(folder, name))]


def read_caught(folder: Path, name: str) -> Caught | None:
    """One mail by its name; None when there is none, or when this is no name of a mail."""
    path = folder / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    mail = message_from_bytes(path.read_bytes(), policy=default)
    headers = tuple((key, str(value)) for key, value in mail.items() if key.lower() not in HIDDEN)
    return Caught(name, headers, _part(mail, "plain"), _part(mail, "html"))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an encoding nobody knows
        return str(part.get_payload())
