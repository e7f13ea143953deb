"""Development: an SMTP server that keeps every mail as a file and sends nothing on."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Writes what comes in to a folder, one file a mail, readable for its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail with its envelope, and only then say yes."""
        octets = envelope.content if isinstance(envelope.content, bytes) else b""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        name = f"{stamp}-{secrets.token_hex(4)}"
        envelope_lines = [f"X-Envelope-From: {envelope.mail_from}"]
        envelope_lines += [f"X-Envelope-To: {address}" for address in envelope.rcpt_tos]
        head = "".join(f"{line}\r\n" for line in envelope_lines).encode("utf-8", "replace")
        unfinished = self.folder / f"{name}.part"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(head + octets)
        unfinished.rename(self.folder / f"{name}.eml")
        return f"250 2.0.0 Kept as {name}"


def run(host: str, port: int, folder: Path, *, stop: Event) -> None:
    """Listen until `stop` is set."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    controller = Controller(Keeper(folder), hostname=host, port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        stop.wait()
    finally:
        controller.stop()
