"""Which figures there are."""

from collections.abc import Callable, Iterator

from app.domain.evidence import Grade
from app.domain.feed_troubles import Listener
from app.domain.prometheus import Metric, one
from app.services.detection import State
from app.services.detection_agents import AgentLine


def metrics_of(found: State) -> Iterator[Metric]:
    yield one("ixp_detection_level", "gauge", "0 fine, 1 warning, 2 critical.", found.level)
    yield one("ixp_detection_troubles", "gauge", "Things that need a hand.", len(found.troubles))
    yield Metric(
        "ixp_sessions",
        "gauge",
        "Pairs of addresses by the surest grade they ever had.",
        tuple(({"grade": grade.label}, found.grades[grade]) for grade in Grade),
    )
    if found.newest:
        at = found.newest.timestamp()
        yield one("ixp_newest_sample_timestamp_seconds", "gauge", "Of any BGP sample.", at)
    yield from _of_collectors(found)
    yield from _of_agents(found)
    yield Metric(
        "ixp_watched_seconds",
        "gauge",
        "Time in which an agent reported of a VLAN, last 28 days.",
        tuple(
            (
                {"infrastructure": one.infrastructure, "vlan": one.vlan, "agent": one.agent},
                one.seconds,
            )
            for one in found.watching
        ),
    )
    yield from _of_troubles(found)


def _of_troubles(found: State) -> Iterator[Metric]:
    """Those that the page lists. Per sender and address: an alert shall name them."""
    yield Metric(
        "ixp_feed_faults",
        "gauge",
        "Datagrams or records not read on the last day there were any, by sender and kind.",
        tuple(({"sender": one.sender, "kind": one.kind}, one.recent) for one in found.faults),
    )
    yield Metric(
        "ixp_stray_samples",
        "gauge",
        "BGP samples of addresses without a place, on the last day there were any.",
        tuple(({"address": one.address, "reason": one.reason}, one.recent) for one in found.strays),
    )


def _of_collectors(found: State) -> Iterator[Metric]:
    def of(name: str, kind: str, help: str, figure: Callable[[Listener], float]) -> Metric:
        values = (({"collector": one.where}, float(figure(one))) for one in found.listeners)
        return Metric(f"ixp_collector_{name}", kind, help, tuple(values))

    yield of("running", "gauge", "1 while it writes.", lambda c: c.runs(found.at))
    yield of("kernel_drops", "counter", "Datagrams its socket dropped.", lambda c: c.kernel_drops)
    yield of("not_kept", "counter", "Samples beyond the memory bound.", lambda c: c.not_kept)


def _of_agents(found: State) -> Iterator[Metric]:
    def of(name: str, kind: str, help: str, figure: Callable[[AgentLine], float]) -> Metric:
        values = (({"agent": one.name}, float(figure(one))) for one in found.agents)
        return Metric(f"ixp_agent_{name}", kind, help, tuple(values))

    yield of(
        "last_datagram_timestamp_seconds",
        "gauge",
        "Arrival of its last datagram.",
        lambda a: a.last_at.timestamp(),
    )
    yield of("datagrams", "counter", "Datagrams that arrived.", lambda a: a.datagrams)
    yield of("samples", "counter", "Samples that arrived.", lambda a: a.samples)
    yield of("bgp_samples", "counter", "Samples of BGP.", lambda a: a.bgp_samples)
    yield of("missed_datagrams", "counter", "By sequence numbers.", lambda a: a.missed)
    yield of(
        "effective_sampling",
        "gauge",
        "Packets for each sample that arrives; 0 while not known.",
        lambda a: a.effective or 0,
    )
