"""AS-SETs as networks write them: `AS-X`, `AS1:AS-X`, `SOURCE::AS-X`, a bare `AS1`."""

import re

from app.domain.errors import Invalid

MOST_SETS = 10
MOST_CHARACTERS = 255
HIGHEST_ASN = 2**32 - 1
SEPARATORS = re.compile(r"[\s,;]+")
SOURCE = re.compile(r"[A-Z][A-Z0-9_-]*")
NUMBER = re.compile(r"AS([0-9]{1,10})")
SET = re.compile(r"AS-[A-Z0-9_-]*[A-Z0-9]")  # RFC 2622, section 2: ends in a letter or digit


def parse(text: str, field: str = "") -> tuple[str, ...]:
    """The AS-SETs of a text, each once, upper case; separated by spaces or commas.

    Raises Invalid naming the word that is wrong and why.
    """
    if len(text) > 4 * MOST_CHARACTERS:
        raise Invalid(f"That is too long; at most {MOST_CHARACTERS} characters.", field)
    words = [word for word in SEPARATORS.split(text.strip()) if word]
    found = tuple(dict.fromkeys(_one(word, field) for word in words))
    if len(found) > MOST_SETS:
        raise Invalid(f"At most {MOST_SETS} AS-SETs; these are {len(found)}.", field)
    if len(" ".join(found)) > MOST_CHARACTERS:
        raise Invalid(f"Together at most {MOST_CHARACTERS} characters.", field)
    return found


def stated(protocol: int, as_set_4: str | None, as_set_6: str | None) -> tuple[str, ...]:
    """What a member says of a protocol itself; for IPv6 nothing means as for IPv4."""
    said = as_set_6 or as_set_4 if protocol == 6 else as_set_4
    return tuple((said or "").split())


def _one(word: str, field: str) -> str:
    source, double, name = word.upper().rpartition("::")
    if double and not SOURCE.fullmatch(source):
        raise _wrong(word, "before “::” write the name of a registry, as in RIPE::AS-X", field)
    parts = name.split(":")
    for part in parts:
        number = NUMBER.fullmatch(part)
        if number and not 1 <= int(number[1]) <= HIGHEST_ASN:
            raise _wrong(word, f"AS numbers go from AS1 to AS{HIGHEST_ASN}", field)
        if not number and not SET.fullmatch(part):
            raise _wrong(word, _why_not(part), field)
    if len(parts) > 1 and not any(part.startswith("AS-") for part in parts):
        raise _wrong(word, "one part between the colons must be a set, as in AS64500:AS-X", field)
    names = [f"AS{int(part[2:])}" if NUMBER.fullmatch(part) else part for part in parts]
    return f"{source}{double}{':'.join(names)}"


def _why_not(part: str) -> str:
    if not part:
        return "a part between the colons is empty; write AS64500:AS-X or RIPE::AS-X"
    if part.isascii() and part.isdigit():
        return f"a network is written with AS before its number, AS{part}"
    if not part.startswith("AS-"):
        return f"“{part[:80]}” must begin with AS-, as in AS-EXAMPLE, or be a number as in AS64500"
    return f"“{part[:80]}” may have letters, digits, “-” and “_” only, and not end in “-” or “_”"


def _wrong(word: str, why: str, field: str) -> Invalid:
    return Invalid(f"“{word[:80]}” is no AS-SET: {why}.", field)
