"""All agents and ports that are heard, within bounds.

Agents say who they are themselves, so their number is bounded: one that comes when all places are
taken gets none until those that fell silent make room. Its samples count all the same. One that
gives a BGP sample of two known addresses takes the place of one that never did: invented agents
keep no switch away.
"""

from collections.abc import Collection

from app.domain.feed.agents import HOUR, AgentCount, AgentKey, AgentState, Run
from app.domain.feed.ports import PointCount, PortCount, PortState
from app.domain.sflow.datagram import FlowSample

MOST_AGENTS, MOST_PORTS, MOST_POINTS = 1000, 20_000, 50_000
FORGET = 600.0


class Feeds:
    """All agents, their ports, and which port samples which address."""

    def __init__(self) -> None:
        self.agents: dict[AgentKey, AgentState] = {}
        self.turned_away = 0  # datagrams of agents for which there was no place
        self._ports: dict[tuple[AgentKey, int], PortState] = {}
        self._points: dict[tuple[int, AgentKey, int], list[float]] = {}
        self._may_make_room = True

    def count(self, run: Run, at: float) -> AgentState | None:
        """Count datagrams of an agent; None when it has no place and all are taken."""
        state = self.agents.get(run.key)
        if state is None:
            if len(self.agents) >= MOST_AGENTS:
                self.turned_away += run.many
                return None
            state = self.agents[run.key] = AgentState(run.first, at, at, at)
        state.count(run, at)
        return state

    def make_room(self, run: Run, at: float) -> AgentState | None:
        """Count datagrams of an agent without a place, one of which gave a sample of known
        addresses: it takes that of one that never did, of those the one that is silent longest."""
        if not self._may_make_room:
            return None
        unproven = ((state.at, name) for name, state in self.agents.items() if not state.vlans)
        _, oldest = min(unproven, default=(0.0, None))
        if oldest is None:
            self._may_make_room = False  # until the next drain: nobody may have us search for ever
            return None
        del self.agents[oldest]
        self.turned_away = max(0, self.turned_away - run.many)
        return self.count(run, at)

    def keep_vlans(self, known: Collection[int]) -> None:
        """Forget that anybody watches other VLANs: they were deleted."""
        for state in self.agents.values():
            state.vlans = {vlan: many for vlan, many in state.vlans.items() if vlan in known}

    def close_spans(self) -> None:
        """Note how long every agent watched so far, where the next drain may be late."""
        for state in self.agents.values():
            state.close()

    def see(self, key: AgentKey, sample: FlowSample, address_id: int, at: float) -> None:
        """Take in a BGP sample of a known address, which sent it."""
        port = key, sample.source
        state = self._ports.get(port)
        if state is not None:
            state.see(sample, at)
        elif len(self._ports) < MOST_PORTS:
            first = PortState(sample.sequence, sample.pool, sample.drops, sample.rate, at)
            first.moved[3] = 1
            self._ports[port] = first
        point = address_id, key, sample.source
        counted = self._points.get(point)
        if counted is not None:
            counted[0] += 1
            counted[1] = at
        elif len(self._points) < MOST_POINTS:
            self._points[point] = [1, at]

    def drain(self, now: float) -> tuple[list[AgentCount], list[PortCount], list[PointCount]]:
        """What came since the last drain; forgets who fell silent."""
        agents = [state.drain(key) for key, state in self.agents.items() if state.datagrams]
        ports = [state.drain(key) for key, state in self._ports.items() if state.moved[3]]
        points = [
            PointCount(*point, int(samples), at) for point, (samples, at) in self._points.items()
        ]
        self._points, self._may_make_room = {}, True
        oldest = now - FORGET
        self.agents = {key: state for key, state in self.agents.items() if state.at >= oldest}
        self._ports = {
            key: state
            for key, state in self._ports.items()
            if key[0] in self.agents and state.at >= now - HOUR
        }
        return agents, ports, points
