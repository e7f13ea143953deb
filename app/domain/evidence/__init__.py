"""How sure we are that two routers have a BGP session, from samples of what they send."""

from app.domain.evidence.grade import Grade
from app.domain.evidence.kinds import ATTEMPTS, PROOFS, Kind, kind_of
from app.domain.evidence.pair import Connection, Evidence, Sighting
from app.domain.evidence.period import Period
from app.domain.evidence.tracker import Tracker

__all__ = [
    "ATTEMPTS",
    "PROOFS",
    "Connection",
    "Evidence",
    "Grade",
    "Kind",
    "Period",
    "Sighting",
    "Tracker",
    "kind_of",
]
