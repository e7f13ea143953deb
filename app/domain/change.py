"""What a command that sets fields reports back."""

from typing import Any, NamedTuple


class Change(NamedTuple):
    """A field that has a new value."""

    field: str
    old: Any
    new: Any
