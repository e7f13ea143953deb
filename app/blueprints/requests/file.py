"""The list of requests as a file."""

from flask import make_response, request
from flask.typing import ResponseReturnValue

from app.blueprints.requests.room import bp
from app.blueprints.requests.views import find_lines
from app.csv_text import csv_text
from app.domain.request_state import WORDS
from app.services import request_details
from app.services.request_list import Line, Reached, Session

COLUMNS = (
    "request", "direction", "member", "asn", "at", "by", "sessions", "vlans", "protocols",
    "addresses", "state", "test", "recipients", "answers",
)  # fmt: skip


@bp.get("/requests.csv")
def download() -> ResponseReturnValue:
    """What is looked for, with the sessions and what the mail servers said."""
    found = find_lines(request.args)
    sessions = request_details.list_sessions(found.own)
    reached = request_details.list_recipients(found.own)
    rows = (
        _row(line, found.own, sessions.get(line.id, []), reached.get(line.id, []))
        for line in found.lines
    )
    response = make_response(csv_text(COLUMNS, rows))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = "attachment; filename=requests.csv"
    response.headers["Cache-Control"] = "no-store"
    return response


def _row(line: Line, own: int, asked: list[Session], to: list[Reached]) -> tuple[object, ...]:
    """Of addresses one's own comes first, whoever asked."""
    sent = line.member_id == own
    pairs = [(one.own_address, one.peer_address) for one in asked]
    return (
        line.id,
        "sent" if sent else "received",
        line.peer if sent else line.member,
        line.peer_asn if sent else line.member_asn,
        f"{line.at:%Y-%m-%dT%H:%M:%SZ}",
        line.by if sent else "",
        line.sessions,
        "; ".join(dict.fromkeys(one.vlan for one in asked)),
        " ".join(sorted({f"IPv{one.protocol}" for one in asked})),
        "; ".join(" to ".join(pair if sent else pair[::-1]) for pair in pairs),
        WORDS[line.state],
        "test" if line.is_test else "",
        " ".join(one.address for one in to),
        "; ".join(f"{one.address}: {one.answer}" for one in to if one.answer),
    )
