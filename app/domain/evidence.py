"""stub"""

from enum import IntEnum


class Grade(IntEnum):
    ATTEMPT = 1
    POSSIBLE = 2
    CONFIRMED = 3
