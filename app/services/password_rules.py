"""Which passwords are refused: too short, too long, or among the first that anybody would try.

The length and the kinds of words are those of NIST SP 800-63B, 3.1.1.2; how easily a password is
guessed says zxcvbn, which knows common passwords, names, dates, keyboards, and what we tell it.
"""

import re
from collections.abc import Iterable
from typing import Any

from zxcvbn import zxcvbn

from app.domain.errors import Invalid

LEAST = 10
MOST_OCTETS = 1024  # hashing more only serves who wants to keep the server busy
LOOKED_AT = 72  # characters; looking at more takes long and finds nothing
ENOUGH = 2  # of 0 to 4: a million guesses and more
OWN = "This is made of your name, username, address or network, which are tried first."
RULES = {
    "repeat": "This repeats one piece again and again, which is tried first.",
    "sequence": "This runs along the alphabet or counts, which is tried first.",
    "spatial": "This runs along the keyboard, which is tried first.",
    "dictionary": "This is one of the common passwords that are tried first.",
}
ADVICE = "Several words that have nothing to do with each other are easy to remember."


def check(password: str, about: Iterable[str] = ()) -> None:
    """Raises Invalid with the rule that a password breaks. `about` is what is known of its
    owner: names, addresses, members."""
    if len(password) < LEAST:
        raise Invalid(f"A password needs at least {LEAST} characters.", "new")
    if len(password.encode(errors="replace")) > MOST_OCTETS:
        raise Invalid(f"A password may have at most {MOST_OCTETS} octets.", "new")
    found = zxcvbn(password[:LOOKED_AT], user_inputs=sorted(_words(about)))
    if found["score"] < ENOUGH:
        raise Invalid(f"{_rule(found['sequence'])} {ADVICE}", "new")


def _words(about: Iterable[str]) -> set[str]:
    """What is known of the owner, whole, without blanks, and word by word."""
    found = set()
    for text in about:
        word = text.casefold()
        found |= {word, re.sub(r"\W+", "", word), *re.split(r"\W+", word)}
    return {word for word in found if len(word) > 2}


def _rule(pieces: list[dict[str, Any]]) -> str:
    known = [piece for piece in pieces if piece["pattern"] in RULES]
    if not known:
        return RULES["dictionary"]
    longest = max(known, key=lambda piece: len(piece["token"]))
    is_own = longest.get("dictionary_name") == "user_inputs"
    return OWN if is_own else RULES[longest["pattern"]]
