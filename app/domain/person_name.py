"""What may stand for somebody's name in a mail to an address that nobody has confirmed."""

import re

from app.domain.errors import Invalid

LONGEST = 80
# What mail programs turn into a link: an address of the web, or anything like a domain.
LINK = re.compile(r"://|\w[.\u3002\uff0e\uff61]\w{2,}")


def check(name: str) -> None:
    """Raises Invalid for what is no name but could carry a message to a stranger."""
    if len(name) > LONGEST or not name.isprintable():
        raise Invalid(f"A name has at most {LONGEST} characters, all of them printable.", "name")
    if LINK.search(name):
        raise Invalid(
            "A name holds no link. Leave it out; after a dot within a name, put a space.", "name"
        )
