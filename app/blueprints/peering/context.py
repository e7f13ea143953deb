"""What the pages of the peering manager are rendered from."""

from datetime import timedelta
from typing import Any

from flask import current_app, request

from app import access
from app.blueprints.peering.cells import Silence
from app.blueprints.peering.listing import PAGE, Listing
from app.blueprints.peering.rows import Frame, Rows
from app.blueprints.peering.words import TABS, Empty, why_empty
from app.clock import now
from app.config import Settings
from app.domain import hints
from app.domain.absence_words import sentence
from app.domain.actor import Actor
from app.domain.classify import Link, Tab
from app.domain.mark import MOST_REASON
from app.domain.notes import MOST_TEXT
from app.services import notes, peering, peers, request_list, silence, wrong_reports
from app.services.peering import Board
from app.services.peers import PeerDetails
from app.services.request_draft import Window


def get_board(actor: Actor) -> Board:
    """The board of the member acted for; its notes are searched by who may read them."""
    words = request.args.get("q", "")
    search = bool(words) and not actor.viewing
    board = peering.dashboard(own_id(actor), **window(), search_notes=search)
    return peering.with_holders(board, words)


def _why_empty(listing: Listing) -> Empty:
    member = access.current_actor().member
    assert member is not None
    return why_empty(listing.tab, listing.board, listing.sought, member.asn)


def own_id(actor: Actor) -> int:
    assert actor.member is not None
    return actor.member.member_id


def window() -> Window:
    """What counts as seen, and which VLAN comes first."""
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "now": now(),
        "lookback": timedelta(days=settings.lookback_days),
        "default_vlan": settings.identity.default_vlan,
    }


def _silence(listing: Listing) -> Silence | None:
    """What silence means for those shown; asked for only where it is told."""
    if listing.tab not in (Tab.POTENTIAL, Tab.POTENTIAL_BILATERAL):
        return None
    settings: Settings = current_app.config["SETTINGS"]
    coverage = silence.get_coverage(
        listing.board.known,
        [listing.board.member_id, *(peer.id for peer in listing.rows)],
        listing.board.watches,
        now=now(),
        lookback=timedelta(days=settings.lookback_days),
        confirm=timedelta(seconds=settings.confirm_seconds),
    )
    return Silence(coverage, listing.board.member_id, settings.lookback_days)


def drawer_context(actor: Actor, peer_id: int, *, problem: str = "", **more: Any) -> dict[str, Any]:
    """What the drawer of a peer shows; `problem` stands at the form that moves it."""
    settings: Settings = current_app.config["SETTINGS"]
    confirm = timedelta(seconds=settings.confirm_seconds)
    details = peers.get_peer(own_id(actor), peer_id, confirm=confirm, **window())
    return {
        "absences": {
            pair: sentence(absence, settings.lookback_days)
            for pair, absence in details.absences.items()
        },
        "details": details,
        "hints": _hints(details),
        "reports": wrong_reports.list_own(own_id(actor), peer_id, now=now()),
        "may_report": access.may_act() and bool(details.grids),
        "vlan_names": {column.vlan_id: column.name for column in details.columns},
        "open_id": peer_id,
        "title": details.peer.name,
        "problem": problem,
        "today": now().date(),
        "most_reason": MOST_REASON,
        **notes_context(actor, peer_id),
        **more,
    }


def _hints(details: PeerDetails) -> list[str]:
    """Who tries in vain, pair by pair."""
    return [
        hints.tried(meeting.tried_by, details.peer.asn, row.end.address, meeting.address)
        for grid in details.grids
        for row in grid.rows
        for meeting in row.meetings
        if meeting
        and meeting.tried_by
        and meeting.link is not Link.BILATERAL
        and meeting.seen
        and hints.is_tried_in_vain(meeting.seen, now())
    ]


def notes_context(actor: Actor, peer_id: int) -> dict[str, Any]:
    """What the notes about a peer show; a `draft` replaces one of them by a form."""
    entries = notes.list_entries(actor, peer_id)
    return {
        "entries": entries,
        "fates": request_list.list_fates({one.request_id for one in entries if one.request_id}),
        "own_notes": sum(not entry.is_log for entry in entries),
        "draft": None,
        "may_write": access.may_act() and not actor.viewing,
        "most_text": MOST_TEXT,
    }


def frame_context(listing: Listing) -> dict[str, Any]:
    """What the list and the drawer both say; asks for no member of the list."""
    return {
        "listing": listing,
        "tab": listing.tab,
        "tabs": {name: words.title for name, words in TABS.items()},
        "title": listing.title,
        "may_act": access.may_act(),
        "may_ask": access.may_ask(),
    }


def closed_context(listing: Listing) -> dict[str, Any]:
    """No drawer, and what the list is called that was beside it; not its rows, which stay."""
    return frame_context(listing) | {"words": TABS[listing.tab], "details": None}


def list_context(listing: Listing) -> dict[str, Any]:
    """What a list shows, beside no drawer."""
    settings: Settings = current_app.config["SETTINGS"]
    return closed_context(listing) | {
        "board": listing.board,
        "sortable": listing.sortable,
        "rows": listing.rows,
        "headed": True,
        "row": Rows(
            Frame(listing.tab, listing.board.columns, access.may_act(), access.may_ask()),
            base=listing.base,
            query=listing.query,
            silence=_silence(listing),
        ),
        "page_size": PAGE,
        "open_id": None,
        "moved_id": None,
        "empty": None if listing.found else _why_empty(listing),
        "elsewhere": listing.elsewhere,
        "lookback_days": settings.lookback_days,
        "today": now().date(),
    }
