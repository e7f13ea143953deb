"""Which VLAN a person means by a word on the command line."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar


class NamedVlan(Protocol):
    """What tells VLANs apart."""

    @property
    def id(self) -> int: ...
    @property
    def infrastructure(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tag(self) -> int | None: ...


Vlan = TypeVar("Vlan", bound=NamedVlan)


def within(vlans: Sequence[Vlan], infrastructure: str) -> list[Vlan]:
    """Those of an infrastructure; its name as written wins over one in other case."""
    wanted = infrastructure.strip()
    exact = [vlan for vlan in vlans if vlan.infrastructure == wanted]
    return exact or [vlan for vlan in vlans if vlan.infrastructure.casefold() == wanted.casefold()]


def meant(vlans: Sequence[Vlan], word: str) -> list[Vlan]:
    """All that the likeliest meaning of the word fits: a name, else a tag, else an id.

    `#12` and `id:12` mean the id only.
    """
    found = ([vlan for vlan in vlans if fits(vlan)] for fits in _meanings(word.strip()))
    return next((some for some in found if some), [])


def _meanings(word: str) -> Iterator[Callable[[NamedVlan], bool]]:
    if by_id := re.fullmatch(r"(?:#|id:)([0-9]{1,10})", word, re.IGNORECASE):
        number = int(by_id[1])
        yield lambda vlan: vlan.id == number
        return
    yield lambda vlan: vlan.name == word
    yield lambda vlan: vlan.name.casefold() == word.casefold()
    if re.fullmatch(r"[0-9]{1,10}", word):
        yield lambda vlan: vlan.tag == int(word)
        yield lambda vlan: vlan.id == int(word)
