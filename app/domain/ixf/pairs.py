"""Entries of an export that stand apart, put together."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from app.domain.ixf.document import Connection, Network, VlanKey

Value = TypeVar("Value", str, date)


def paired(entries: Iterable[Connection]) -> list[Connection]:
    """IPv4 and IPv6 entries of one connection: those of a VLAN that stand apart are paired,
    the first with the first, the second with the second."""
    waiting: dict[tuple[VlanKey, int], list[int]] = {}
    done: list[Connection] = []
    for entry in entries:
        if len(entry.addresses) == 2:
            done.append(entry)
            continue
        protocol = entry.addresses[0].protocol
        if others := waiting.get((entry.lan, 10 - protocol)):
            place = others.pop(0)
            done[place] = _joined(done[place], entry)
        else:
            waiting.setdefault((entry.lan, protocol), []).append(len(done))
            done.append(entry)
    return done


def _joined(one: Connection, other: Connection) -> Connection:
    addresses = sorted((*one.addresses, *other.addresses), key=lambda a: a.protocol)
    return replace(one, addresses=tuple(addresses), macs=one.macs | other.macs)


def merged(before: Network | None, entry: Network) -> Network:
    """An ASN listed twice is one network with the connections of both.

    Where they differ, the lesser value counts, so that their order does not.
    """
    if before is None:
        return entry
    names = [one.name for one in (before, entry) if one.named] or [before.name]
    return replace(
        before,
        name=min(names),
        named=before.named or entry.named,
        policy=_lesser(before.policy, entry.policy),
        policy_url=_lesser(before.policy_url, entry.policy_url),
        website=_lesser(before.website, entry.website),
        joined_at=_lesser(before.joined_at, entry.joined_at),
        connections=before.connections + entry.connections,
        emails=tuple(dict.fromkeys(before.emails + entry.emails)),
    )


def _lesser(one: Value | None, other: Value | None) -> Value | None:
    return min((said for said in (one, other) if said is not None), default=None)
