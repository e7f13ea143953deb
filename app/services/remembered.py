"""What a list says of a member's own notes and requests about the others."""

from datetime import datetime
from typing import NamedTuple

from app.domain import finding
from app.services import last_asked, noted
from app.services.last_asked import NEVER, Last, Received, Refused
from app.services.noted import Counts
from app.services.unchanged import Known

NO_NOTES = Counts(0, 0)


class Remembered(NamedTuple):
    """The fields of a Peer that tell of notes and requests."""

    notes: Counts
    noted: str
    asked: Last | None
    refused: Refused | None
    asked_us: Received | None


def list_remembered(
    known: Known, member_id: int, *, now: datetime, search: bool
) -> dict[int, Remembered]:
    """What there is of notes and requests, by the id of the other; most have none. With `search`
    also what the notes say."""
    counts = known.read(noted.count_entries, member_id)
    texts = known.read(noted.list_texts, member_id) if search else {}
    asked = known.read(last_asked.list_history, member_id)
    found = {}
    for peer_id in counts.keys() | asked.keys():
        last = asked.get(peer_id, NEVER)
        found[peer_id] = Remembered(
            counts.get(peer_id, NO_NOTES),
            finding.fold(texts.get(peer_id, "")),
            last.last,
            last.refused,
            last.received_lately(now),
        )
    return found
