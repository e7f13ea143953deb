"""Contacts in a CSV file: read with forgiving headings, every bad line named."""

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.domain.contact import Wanted, checked
from app.domain.errors import Invalid

HEADINGS = {
    "asn": "asn", "as": "asn", "as number": "asn", "autsys": "asn",
    "member": "id", "member id": "id", "id": "id",
    "kind": "kind", "type": "kind", "role": "kind",
    "email": "email", "e mail": "email", "mail": "email", "address": "email",
    "phone": "phone", "telephone": "phone", "tel": "phone",
    "vlan": "vlan", "lan": "vlan",
}  # fmt: skip


class Problem(NamedTuple):
    """What is wrong with a line of the file; they sort as the file goes."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


class Row(NamedTuple):
    """A line of the file; `vlan` is the name of one, or empty for all."""

    line: int
    asn: int | None
    member_id: int | None
    vlan: str
    wanted: Wanted


def read(octets: bytes) -> tuple[list[Row], list[Problem]]:
    """The good lines, and a sentence for every bad one. Raises Invalid for what is no such file."""
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"This is not UTF-8: octet {error.start + 1} is wrong.") from None
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    names = [_heading(name) for name in next(lines, [])]
    if "email" not in names or not {"asn", "id"} & set(names):
        raise Invalid("The first line must name columns: asn (or member id), kind, email.")
    rows, problems = [], []
    try:
        for number, fields in _numbered(lines):
            try:
                rows.append(_row(number, dict(zip(names, fields, strict=False))))
            except Invalid as error:
                problems.append(Problem(number, str(error)))
    except csv.Error as error:
        problems.append(Problem(lines.line_num, str(error)))
    return rows, problems


def _numbered(lines: Any) -> Iterator[tuple[int, list[str]]]:
    for fields in lines:
        if any(field.strip() for field in fields):
            yield lines.line_num, fields


def _heading(name: str) -> str:
    plain = " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
    return HEADINGS.get(plain, "")


def _row(number: int, fields: dict[str, str]) -> Row:
    asn = fields.get("asn", "").strip().upper().removeprefix("AS")
    member_id = fields.get("id", "").strip()
    for word, what in ((asn, "AS number"), (member_id, "member id")):
        if word and not (word.isascii() and word.isdigit() and len(word) <= 10):
            raise Invalid(f"“{word[:80]}” is no {what}.")
    if not asn and not member_id:
        raise Invalid("It names no member: asn or member id is needed.")
    wanted = checked(
        Wanted(fields.get("kind") or "peering", fields.get("email", ""), fields.get("phone"))
    )
    return Row(
        number,
        int(asn) if asn else None,
        int(member_id) if member_id else None,
        fields.get("vlan", "").strip(),
        wanted,
    )
