"""Lines of a file or a pipe, as they come."""

import os
import select
from collections.abc import Iterator

AT_ONCE = 1 << 16
LONGEST = 1 << 16  # octets; what is longer is no record


def read_lines(file: int, wait: float) -> Iterator[list[bytes]]:
    """The whole lines that are there; an empty list when none came within `wait` seconds.

    A line that is too long comes in pieces, which nobody takes for a record.
    """
    rest = b""
    while True:
        if not select.select([file], [], [], wait)[0]:
            yield []
            continue
        octets = os.read(file, AT_ONCE)
        if not octets:
            break
        *lines, rest = (rest + octets).split(b"\n")
        if len(rest) > LONGEST:
            lines.append(rest)
            rest = b""
        yield lines
    if rest:
        yield [rest]
