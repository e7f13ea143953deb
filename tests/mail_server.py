"""A real SMTP server on loopback whose answers a test scripts."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from app.config import MailSettings


@dataclass
class Script:
    """What the server answers, and what it took. `on` is called as each step is reached."""

    rcpt: dict[str, str] = field(default_factory=dict)  # address -> answer; else 250
    data: str = "250 2.0.0 OK"
    slow: float = 0.0  # seconds before it answers the data
    drop: str = ""  # "mail", "data" (after the dot): hang up instead of answering
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)  # each as it came
    on: Callable[[str], None] = lambda step: None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.on("MAIL")
        if self.drop == "mail":
            server.transport.close()  # type: ignore[union-attr]
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.on("RCPT")
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.on("DATA")
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.data.startswith("250"):
            octets = envelope.content
            assert isinstance(octets, bytes)
            self.raw.append(octets)
            mail = message_from_bytes(octets, policy=default)
            self.taken.append((list(envelope.rcpt_tos), mail))
        if self.drop == "data":
            server.transport.close()  # type: ignore[union-attr]
        self.on("250")
        return self.data

    @property
    def addresses(self) -> list[str]:
        return sorted(address for addresses, _ in self.taken for address in addresses)


class OnFreePort(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def mail_server(script: Script, **options: Any) -> Iterator[MailSettings]:
    """Run it on a free port; yields the settings that reach it."""
    controller = OnFreePort(script, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield MailSettings(server="127.0.0.1", port=controller.port, timeout=5)
    finally:
        controller.stop()


class _Hasty(StreamRequestHandler):
    """Answers the data before the dot that ends it, and then reads no more."""

    answer = ""

    def handle(self) -> None:
        self._say("220 hasty.example")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 Go on")
                self.rfile.readline()
                self._say(self.answer)
                self.rfile.read(1)
                return
            self._say("250 OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Silent(StreamRequestHandler):
    """Goes on until a step, and then says nothing until the other side has had enough."""

    step = ""

    def handle(self) -> None:
        if self.step != "greeting":
            self.wfile.write(b"220 silent.example\r\n")
            for line in self.rfile:
                verb = line.split()[0].decode().upper()
                if verb == self.step:
                    break
                self.wfile.write(b"250-silent.example\r\n250 STARTTLS\r\n")
        self.rfile.read()


def hasty_server(answer: str) -> AbstractContextManager[MailSettings]:
    """A server that refuses in the middle of the data; yields the settings that reach it."""
    return _server(type("Hasty", (_Hasty,), {"answer": answer}))


def silent_server(step: str) -> AbstractContextManager[MailSettings]:
    """A server that falls silent at the greeting, or when asked this; yields the settings."""
    return _server(type("Silent", (_Silent,), {"step": step}))


@contextmanager
def _server(handler: type[StreamRequestHandler]) -> Iterator[MailSettings]:
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield MailSettings(server="127.0.0.1", port=server.server_address[1], timeout=5)
        finally:
            server.shutdown()
            thread.join()


def logins(name: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that knows one login."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (name.encode(), password.encode())
        return AuthResult(success=right)

    return check


def server_side(certificate: str, key: str) -> ssl.SSLContext:
    """TLS as the server speaks it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
