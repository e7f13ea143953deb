"""What a form began with, told in a word, so that two people who save it both keep their part."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

WORD = 16  # characters of a version for each field


class Merged(NamedTuple):
    """What a form makes of what stands: its own value where it touched a field, else that."""

    values: dict[str, Any]
    touched: list[str]
    clashes: list[str]  # touched ones that somebody else wrote meanwhile


def version_of(values: Mapping[str, Any], fields: Iterable[str]) -> str:
    """A short word for what a form holds, a part for each field: a change elsewhere never makes
    it stale, and it tells which of its fields somebody touched."""
    return "".join(_word(field, values[field]) for field in fields)


def merged(standing: Mapping[str, Any], wanted: Mapping[str, Any], version: str) -> Merged:
    """What a form that began at `version` and now wants this makes of what stands.

    A version that is none counts as if all of it clashed.
    """
    words = [version[at : at + WORD] for at in range(0, len(version), WORD)]
    if len(words) != len(wanted):
        return Merged(dict(wanted), list(wanted), list(wanted))
    began = dict(zip(wanted, words, strict=True))
    touched = [field for field in wanted if _word(field, wanted[field]) != began[field]]
    # The same value twice is no agreement: both may have raised it by one.
    clashes = [field for field in touched if _word(field, standing[field]) != began[field]]
    values = {**standing, **{field: wanted[field] for field in touched}}
    return Merged(values, touched, clashes)


def _word(field: str, value: Any) -> str:
    return blake2b(repr((field, value)).encode(), digest_size=WORD // 2).hexdigest()
