"""How sure we are that two routers have a session."""

from enum import IntEnum


class Grade(IntEnum):
    """How sure we are; a greater grade is surer."""

    ATTEMPT = 1  # somebody tries, or it just fell
    POSSIBLE = 2
    CONFIRMED = 3

    @property
    def label(self) -> str:
        """The word for people and exports."""
        return self.name.lower()
