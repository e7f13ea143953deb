"""How sure we are that two routers have a BGP session, from samples of what they send."""

from app.domain.evidence.kinds import ATTEMPTS, PROOFS, Kind, kind_of
from app.domain.evidence.pair import Connection, Evidence, Grade, Sighting
from app.domain.evidence.tracker import Tracker

__all__ = [
    "ATTEMPTS",
    "PROOFS",
    "Connection",
    "Evidence",
    "Grade",
    "Kind",
    "Sighting",
    "Tracker",
    "kind_of",
]
