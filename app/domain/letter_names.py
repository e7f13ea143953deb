"""Which sessions a message names, however it was written: what is asked must be recorded so."""

import re
from collections.abc import Iterable, Mapping

ADDRESS = re.compile(r"[0-9a-f:.]+")


def named(message: str, pairs: Mapping[str, tuple[str, str]]) -> set[str]:
    """The keys of the pairs whose two addresses stand in one line of a message."""
    lines = [_addresses(line) for line in message.casefold().splitlines()]
    return {key for key, pair in pairs.items() if any(line.issuperset(pair) for line in lines)}


def names_others(message: str, pairs: Mapping[str, tuple[str, str]], keys: Iterable[str]) -> bool:
    """Whether a message names sessions, but not just those with these keys."""
    found = named(message, pairs)
    return bool(found) and found != set(keys)


def _addresses(line: str) -> set[str]:
    """What looks like an address, with and without the stop that may end a sentence."""
    words = ADDRESS.findall(line)
    return {*words, *(word.rstrip(".:") for word in words)}
