"""Every statement of the tabs once, for nobody, so that their first asker need not wait."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.actor import Acting, Actor, Role
from app.extensions import db
from app.models import VlanInterface
from app.services import logins, notes, peering, peers, wrong_reports


def rehearse(*, now: datetime, lookback: timedelta) -> None:
    """Ask what a member's first page asks, and its drawer; changes and returns nothing."""
    logins.find_account("", now=now, limits=logins.Limits(lookback, lookback))
    member_id = db.session.scalar(select(VlanInterface.member_id).limit(1))
    if member_id is None:
        return
    board = peering.dashboard(member_id, now=now, lookback=lookback)
    nobody = Actor(0, "", "", False, Acting(member_id, "", 0, Role.USER))
    for peer in board.peers[:1]:
        peers.get_peer(member_id, peer.id, now=now, lookback=lookback)
        notes.list_entries(nobody, peer.id)
        wrong_reports.list_own(member_id, peer.id, now=now)
