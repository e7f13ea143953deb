"""Writes a request: its default text from the templates, and the mail that leaves."""

from flask import current_app, render_template
from markupsafe import Markup

from app import mailing, markdown
from app.blueprints.peering.recipients import joined
from app.blueprints.requests.stopping import stop_link
from app.config import Settings
from app.domain import letter, test_mode
from app.domain.actor import Actor
from app.domain.letter import Asked
from app.domain.mail import Mail, Recipient
from app.services.request_draft import Draft

HTML = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n{}</body></html>\n'


def default_message(draft: Draft, asked: list[Asked], actor: Actor) -> str:
    """The message for these sessions, Markdown."""
    own, vlan_ids = draft.own, [one.vlan_id for one in asked]
    text = render_template(
        "emails/request/body.md",
        own=own,
        peer=draft.peer,
        ask=_ask(asked),
        table=letter.session_table(asked, own.asn, draft.peer.asn),
        to_set=letter.to_set(own, asked),
        today=draft.today,
        answer_to=reply_to(draft, asked),
        noc=own.addresses("noc", vlan_ids),
        sender=actor.name,
        last=draft.last if draft.last_left else None,
    )
    return letter.checked_message(_tidy(text))


def _ask(asked: list[Asked]) -> str:
    words = letter.escape(letter.sessions_in_words(asked))
    return words.replace("session", "BGP session", 1)


def _tidy(text: str) -> str:
    """No more than one empty line in a row: what is not known leaves none behind."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines)


def default_subject(draft: Draft) -> str:
    """The subject; its end is the same for every request between both, so that threads hold."""
    text = render_template(
        "emails/request/subject.txt",
        own=draft.own,
        peer=draft.peer,
        token=f"AS{draft.own.asn}-AS{draft.peer.asn}",
    )
    return " ".join(text.split())[: letter.MOST_SUBJECT]


def default_recipients(draft: Draft, asked: list[Asked], address: str) -> dict[str, str]:
    """To their peering contact; a copy to one's own, a blind one to who asks."""
    vlan_ids = [one.vlan_id for one in asked]
    return {
        "to": joined(draft.peer.addresses("peering", vlan_ids)),
        "cc": joined(draft.own.addresses("peering", vlan_ids)),
        "bcc": address,
    }


def footer(draft: Draft, peer_id: int) -> str:
    """What stands beneath every request."""
    stop = stop_link(peer_id) if mailing.can_mail_links() else ""
    return " ".join(
        render_template(
            "emails/request/footer.md", own=draft.own, peer=draft.peer, stop=stop
        ).split()
    )


def parts_of(message: str, foot: str, recipients: tuple[Recipient, ...]) -> list[str]:
    """All that is read, Markdown. Each part is rendered for itself, so that nothing in the
    message reaches into the footer. In test mode it begins with whom it was meant for."""
    settings: Settings = current_app.config["SETTINGS"]
    top = [test_mode.note(recipients)] if settings.test_mode.on else []
    return [*top, message, "---", foot]


def shown(parts: list[str]) -> Markup:
    """The HTML part as a page shows it."""
    return Markup("\n").join(markdown.render_mail(part) for part in parts)


def write(
    draft: Draft,
    asked: list[Asked],
    parts: list[str],
    subject: str,
    recipients: tuple[Recipient, ...],
    purpose: str = "request",
) -> Mail:
    """The mail that leaves, as the operator's test mode says."""
    settings: Settings = current_app.config["SETTINGS"]
    mail = Mail(
        purpose=purpose,
        sender=sender(draft),
        recipients=recipients,
        subject=subject,
        text="\n\n".join(parts) + "\n",
        html=HTML.format(shown(parts)),
        reply_to=tuple(reply_to(draft, asked)),
    )
    mode = settings.test_mode
    return test_mode.redirect(mail, mode.email) if mode.on else mail


def sender(draft: Draft) -> Recipient:
    """Who is in From: the name tells who asks, the address is the exchange's."""
    settings: Settings = current_app.config["SETTINGS"]
    name = letter.sender_name(draft.own.name, settings.identity.name)
    return Recipient(settings.identity.email, name)


def reply_to(draft: Draft, asked: list[Asked]) -> list[str]:
    """To whom answers go: the asking member's peering contact."""
    return draft.own.addresses("peering", [one.vlan_id for one in asked])
