"""The text of a note, and what two people who edit one end up with."""

from app.domain.errors import Invalid

NOTE, LOG = "note", "log"  # what somebody wrote, and what the portal wrote down
MOST_TEXT = 5000  # characters; more takes Markdown too long to read


def checked(text: str) -> str:
    """A text that can be stored: its lines end in `\\n`, nothing hangs around it.

    Raises Invalid for one that is empty, too long, or holds what no database stores.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = "\n".join(line.rstrip() for line in lines).strip("\n")
    if not found:
        raise Invalid("A note needs a text. To take one away, delete it.", "text")
    if "\x00" in found:
        raise Invalid("The note holds a character that cannot be stored.", "text")
    if len(found) > MOST_TEXT:
        raise Invalid(
            f"A note has at most {MOST_TEXT:,} characters; this one has {len(found):,}. "
            "Write the rest into another.",
            "text",
        )
    return found


def joined(theirs: str, mine: str) -> str:
    """Both texts, nothing lost; whole lines that are in both at the beginning stand once."""
    if f"{mine}\n".startswith(f"{theirs}\n"):
        return mine
    if f"{theirs}\n".startswith(f"{mine}\n"):
        return theirs
    return f"{theirs}\n\n{mine}"
