"""What is wrong with the feeds, since when, and what to do about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from app.domain.intake import AHEAD

SILENT = timedelta(minutes=15)  # a switch sends its counters every half minute
STOPPED = timedelta(minutes=2)  # a collector writes every few seconds
LOST = 0.01
FEWER = 1.5  # times fewer samples than the switch says it takes
RECENT = timedelta(days=1)
# Kept as a fault, and none: anybody can send one datagram that says to be a switch.
UNPROVEN = "no BGP of known addresses yet"
LEAST_STRAYS = 10  # samples; fewer are somebody's slip


CURE = (
    "Only sFlow version 5 is read. If this is no switch of yours, close the port to it or list "
    "your switches in SFLOW_AGENTS."
)
FAULT_CURES = {
    "sender not allowed": "If this is a switch of yours, allow it in SFLOW_AGENTS.",
    AHEAD: "More than five minutes ahead of this machine: set the clock of whoever recorded or "
    "collected it, or this one (NTP).",
}


class Level(IntEnum):
    """As monitoring knows it: the exit code of `flask sessions status`."""

    FINE = 0
    WARNING = 1
    CRITICAL = 2


class Trouble(NamedTuple):
    """One thing that needs a hand."""

    level: Level
    what: str
    since: datetime | None
    do: str


class Listener(NamedTuple):
    """A collector, as its last write says."""

    where: str
    last_at: datetime
    stopped_at: datetime | None
    kernel_drops: int
    not_kept: int
    dropped_at: datetime | None = None  # when these grew last
    left_out_at: datetime | None = None
    started_at: datetime | None = None

    def runs(self, now: datetime) -> bool:
        return self.stopped_at is None and now - self.last_at < STOPPED


class Switch(NamedTuple):
    """An agent, as far as troubles ask."""

    name: str
    last_at: datetime
    lost: float  # the share of its datagrams
    rate: float | None  # as set
    taken: float | None  # packets for each sample, as it really is

    def is_silent(self, listened: "Listened") -> bool:
        """Whether somebody would have heard it."""
        since = max(self.last_at, listened.since or self.last_at)
        return listened.until - since >= SILENT


class Listened(NamedTuple):
    """When somebody listened; without a beginning, as long as anybody knows."""

    since: datetime | None
    until: datetime


class Fault(NamedTuple):
    """Datagrams that could not be read."""

    sender: str
    kind: str
    datagrams: int
    last_at: datetime
    recent: int = 0  # on the day of the last


class Stray(NamedTuple):
    """An address of BGP samples that has no place."""

    address: str
    reason: str  # unknown, apart, ambiguous
    tag: int | None
    agent: str | None
    samples: int
    first_at: datetime
    last_at: datetime
    recent: int = 0  # on the day of the last


def of_listeners(listeners: Iterable[Listener], now: datetime) -> Iterable[Trouble]:
    known = list(listeners)
    if not any(listener.runs(now) for listener in known):
        latest = max((one.last_at for one in known), default=None)
        yield Trouble(
            Level.CRITICAL,
            "No collector runs",
            latest,
            "Start it: flask sessions collect. Until then nothing new is seen, and silence "
            "counts for nothing.",
        )
    for one in known:
        if not one.runs(now):
            continue
        if one.dropped_at and now - one.dropped_at < RECENT:
            yield Trouble(
                Level.WARNING,
                f"The socket of {one.where} dropped {one.kernel_drops:,} datagrams since its start",
                one.dropped_at,
                "Its buffer was full: allow a larger one (sysctl net.core.rmem_max), or give the "
                "collector a processor of its own. The loss is taken into account where silence "
                "is judged.",
            )
        if one.left_out_at and now - one.left_out_at < RECENT:
            yield Trouble(
                Level.WARNING,
                f"{one.where} left out {one.not_kept:,} samples since its start",
                one.left_out_at,
                "The database was away for too long, or writing is slower than samples arrive.",
            )


def of_switches(
    switches: Iterable[Switch], now: datetime, listeners: Sequence[Listener] = ()
) -> Iterable[Trouble]:
    """A switch is silent only as far as somebody listened: not while no collector runs, nor right
    after one was started."""
    listened = _listened(listeners, now)
    for switch in switches:
        if switch.is_silent(listened):
            yield Trouble(
                Level.CRITICAL,
                f"{switch.name} sends nothing",
                switch.last_at,
                "What only it samples cannot be observed, and the rows say so. Look at its sFlow "
                "settings and at the path to the collector (UDP 6343). If it was replaced: flask "
                f"sessions forget-agent {switch.name}",
            )
            continue
        if switch.lost > LOST:
            yield Trouble(
                Level.WARNING,
                f"Of the datagrams of {switch.name} {switch.lost:.1%} are lost since yesterday",
                None,
                "Its sequence numbers jump. If no socket drops any (above), the loss is on the "
                "way. The loss is taken into account where silence is judged.",
            )
        if switch.rate and switch.taken and switch.taken > FEWER * switch.rate:
            yield Trouble(
                Level.WARNING,
                f"{switch.name} samples 1 in {switch.taken:,.0f}, not 1 in {switch.rate:,.0f} "
                "as it says",
                None,
                "It takes fewer samples than it is set to, usually because its processor limits "
                "them. The real rate is what counts here.",
            )


def _listened(listeners: Sequence[Listener], now: datetime) -> Listened:
    running = [one for one in listeners if one.runs(now)]
    if running:
        starts = [one.started_at for one in running if one.started_at]
        return Listened(min(starts, default=None), now)
    latest = max(listeners, key=lambda one: one.last_at, default=None)
    return Listened(latest.started_at, latest.last_at) if latest else Listened(None, now)


def of_faults(faults: Iterable[Fault], now: datetime) -> Iterable[Trouble]:
    for fault in faults:
        if now - fault.last_at > RECENT:
            continue
        who = fault.sender or "several senders"
        yield Trouble(
            Level.WARNING,
            f"{fault.datagrams:,} datagrams of {who} were not read: {fault.kind}",
            fault.last_at,
            FAULT_CURES.get(fault.kind, CURE),
        )


def of_strays(strays: Iterable[Stray], now: datetime) -> Iterable[Trouble]:
    for stray in strays:
        if now - stray.last_at > RECENT or stray.samples < LEAST_STRAYS:
            continue
        what, do = {
            "unknown": (
                f"{stray.address} is nobody’s address",
                "Usually a renumbered router, or a member who is missing here. Correct the "
                "interface under VLANs, or import the members anew.",
            ),
            "ambiguous": (
                f"{stray.address} is in several VLANs",
                "The samples do not tell which is meant. Let the switch report 802.1Q tags, and "
                "see that each VLAN has its tag here.",
            ),
            "apart": (
                f"{stray.address} speaks BGP across VLANs",
                "Both addresses are known, in different VLANs. One of them is on the wrong VLAN "
                "here, or the two routers meet elsewhere.",
            ),
        }[stray.reason]
        yield Trouble(Level.WARNING, f"{what} ({stray.samples:,} BGP samples)", stray.first_at, do)
