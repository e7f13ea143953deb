"""Conversations with the relay: Flask-Mail's connection, with time-outs and an answer for each
address."""

import logging
import smtplib
import ssl
from dataclasses import replace
from typing import Any

import flask_mail
import idna

from app.config import MailSettings
from app.domain.mail import Letter
from app.domain.mail_document import build, sender_address
from app.domain.mail_policy import TOO_MANY, Answer, Delivery, Verdict, verdict

log = logging.getLogger(__name__)

UNANSWERED = (
    "The connection was lost after the whole mail was handed over; the server may have taken it."
)
NO_UTF8 = Answer(
    553, "5.6.7 The address has letters that this mail server cannot take (it lacks SMTPUTF8)."
)
NO_ADDRESS = Answer(501, "5.1.3 This is no address that mail can be sent to.")


class CannotTalk(Exception):
    """The relay cannot be reached, refuses TLS or our login: nothing was said about any mail."""


class Conversation(flask_mail.Connection):
    """One connection to the relay, for as many mails as it takes."""

    host: smtplib.SMTP | None

    def __init__(self, mail: Any, settings: MailSettings) -> None:
        super().__init__(mail)
        self.settings = settings

    def open(self) -> "Conversation":
        """Connect, greet, start TLS, log in. Raises CannotTalk with the reason."""
        server = f"{self.settings.server}:{self.settings.port}"
        try:
            self.host = self.configure_host()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise CannotTalk(
                f"The mail server {server} cannot be used: {in_words(error)}."
            ) from error
        return self

    def configure_host(self) -> smtplib.SMTP:
        """As Flask-Mail's, with a time-out on every step and a certificate that is looked at."""
        mail = self.settings
        host = self._connect()
        try:
            host.ehlo_or_helo_if_needed()
            if mail.use_tls:
                host.starttls(context=self._trust())
                host.ehlo()
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def _connect(self) -> smtplib.SMTP:
        mail = self.settings
        name = mail.ehlo_domain or None
        if not mail.use_ssl:
            return smtplib.SMTP(mail.server, mail.port, name, mail.timeout)
        return smtplib.SMTP_SSL(
            mail.server, mail.port, name, timeout=mail.timeout, context=self._trust()
        )

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.settings.tls_ca_file:
            context.load_verify_locations(self.settings.tls_ca_file)
        if not self.settings.tls_verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def close(self) -> None:
        """Say goodbye if anybody listens."""
        host, self.host = self.host, None
        if host is None:
            return
        try:
            host.quit()
        except (OSError, smtplib.SMTPException):
            host.close()

    def deliver(self, letter: Letter) -> Delivery:
        """Hand a mail over to the addresses that wait for it; never raises for what a server or
        the network does."""
        assert self.host is not None, "open() first"
        answers: dict[str, Answer] = {}
        bounced: set[str] = set()
        utf8 = self.host.has_extn("smtputf8")
        try:
            done = self._talk(self.host, letter, answers, bounced, utf8)
            return replace(done, bounced=frozenset(bounced))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            # Nothing was taken: the end of the data was never sent.
            problem = f"The conversation broke off: {in_words(error)}."
            return Delivery(_settled(answers), problem, dropped=True, bounced=frozenset(bounced))

    def _talk(
        self,
        host: smtplib.SMTP,
        letter: Letter,
        answers: dict[str, Answer],
        bounced: set[str],
        utf8: bool,
    ) -> Delivery:
        addresses = {a: written for a in letter.waiting if (written := _written(a, utf8))}
        answers.update(
            {
                a: NO_ADDRESS if a.isascii() else NO_UTF8
                for a in letter.waiting
                if a not in addresses
            }
        )
        if not addresses:
            return Delivery(answers)
        sender = self.settings.bounce_address or sender_address(letter.sender)
        utf8 = utf8 and not _all_ascii(letter, sender)
        octets = build(letter, utf8=utf8)
        said = _answer(host.mail(_written(sender, utf8) or sender, ["SMTPUTF8"] if utf8 else []))
        if verdict(said.code) is not Verdict.ACCEPTED:
            return self._same_for_all(host, answers, addresses, said)
        for address, written in addresses.items():
            said = _answer(host.rcpt(written))
            answers[address] = said._replace(code=452) if said.code == TOO_MANY else said
            if verdict(answers[address].code) is Verdict.REFUSED:
                bounced.add(address)
            if answers[address].code == 421:  # it hangs up; those left wait
                self._drop()
                return Delivery(_settled(answers), answers[address].in_words(), dropped=True)
        accepted = [a for a in addresses if verdict(answers[a].code) is Verdict.ACCEPTED]
        if not accepted:
            host.rset()
            return Delivery(answers)
        said = _answer(host.docmd("data"))
        if said.code != 354:
            return self._same_for_all(host, answers, accepted, said)
        return self._hand_over(host, octets, answers, accepted)

    def _hand_over(
        self, host: smtplib.SMTP, octets: bytes, answers: dict[str, Answer], accepted: list[str]
    ) -> Delivery:
        """The data, then the dot that ends it: from the dot on only an answer tells."""
        host.send(_dotted(octets))
        refused = {a: said for a, said in answers.items() if a not in accepted}
        try:
            host.send(b".\r\n")
            said = _answer(host.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            log.warning("event=mail_unanswered why=%r", str(error))
            return Delivery(refused, UNANSWERED, doubtful=True, dropped=True)
        if not 200 <= said.code < 300 and not 400 <= said.code < 600:
            self._drop()
            return Delivery(refused, UNANSWERED, doubtful=True, dropped=True)
        return Delivery(refused | dict.fromkeys(accepted, said))

    def _same_for_all(
        self, host: smtplib.SMTP, answers: dict[str, Answer], addresses: Any, said: Answer
    ) -> Delivery:
        """The server spoke of the mail as a whole."""
        if said.code in (421, -1):
            self._drop()
            return Delivery(_settled(answers), said.in_words(), dropped=True)
        host.rset()
        return Delivery(answers | dict.fromkeys(addresses, said))

    def _drop(self) -> None:
        if self.host is not None:
            self.host.close()
            self.host = None


def probe(mail: Any, settings: MailSettings, *, seconds: int = 5) -> str | None:
    """What keeps us from talking to the relay; None when it greets us, and takes TLS and login."""
    conversation = Conversation(mail, replace(settings, timeout=min(seconds, settings.timeout)))
    try:
        conversation.open().close()
    except CannotTalk as error:
        return str(error)
    return None


def in_words(error: BaseException) -> str:
    """What went wrong, as an operator can look it up, without a full stop."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer((error.smtp_code, error.smtp_error)).in_words().rstrip(".")
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "it did not answer in time (MAIL_TIMEOUT)"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")


def _settled(answers: dict[str, Answer]) -> dict[str, Answer]:
    """What stays true although no data was sent: refusals."""
    return {
        address: said for address, said in answers.items() if verdict(said.code) is Verdict.REFUSED
    }


def _answer(reply: tuple[int, bytes | str]) -> Answer:
    code, text = reply
    return Answer(code, text if isinstance(text, str) else text.decode("utf-8", "replace"))


def _dotted(octets: bytes) -> bytes:
    """Lines end in CRLF; one that begins with a dot gets another (RFC 5321, 4.5.2)."""
    lines = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line[:1] == b"." else b"") + line + b"\r\n" for line in lines)


def _written(address: str, utf8: bool) -> str | None:
    """The address as the server takes it: the domain in ASCII, or all of it as it is."""
    local, _, domain = address.rpartition("@")
    if not local or any(c in address for c in "\r\n\0<> "):
        return None
    if not local.isascii():
        return address if utf8 else None
    try:
        return f"{local}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return None


def _all_ascii(letter: Letter, sender: str) -> bool:
    """Whether every address is; names and subjects can be written in ASCII all the same."""
    people = (one.address for one in letter.recipients)
    named = (sender, sender_address(letter.sender), letter.reply_to, *people)
    return all(text.isascii() for text in named)
