"""How members, their connections and addresses end and come back, whoever says so.

Imports and operators share it: a row that ended keeps its history, and is the same row again when
it returns.
"""

from datetime import datetime

from app.domain.member import InterfaceStatus, MemberStatus
from app.models import InterfaceAddress, Member, VlanInterface


def end_member(row: Member, now: datetime) -> None:
    """The member left; its connections and addresses end by themselves."""
    row.left_suspended = row.status == MemberStatus.SUSPENDED
    row.status, row.left_at = MemberStatus.LEFT, now


def restore_member(row: Member) -> None:
    """The member is back, suspended if it was: only the exchange resumes it."""
    row.status = MemberStatus.SUSPENDED if row.left_suspended else MemberStatus.ACTIVE
    row.left_at, row.left_suspended = None, False


def end_connection(row: VlanInterface, now: datetime) -> None:
    """The connection is gone."""
    row.left_at, row.status = now, InterfaceStatus.DISCONNECTED


def end_address(row: InterfaceAddress, now: datetime) -> None:
    """Nobody holds the address through this row any more; what was seen stays with it."""
    row.until_at = now
