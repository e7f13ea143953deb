"""sFlow version 5 datagrams (sflow.org, "sFlow Version 5", July 2004, section 5).

Hardly any sample is BGP. Port 179 is the octets 00 b3, so one search over a datagram tells that
nothing in it can be; only samples that hold those octets are read at all. Samples are counted in
every case, by walking over their lengths.
"""

from struct import Struct
from typing import NamedTuple

from app.domain.sflow.packet import Segment, find_segment

FLOW, COUNTERS, EXPANDED_FLOW, EXPANDED_COUNTERS = 1, 2, 3, 4
FLOW_SAMPLES = frozenset((FLOW, EXPANDED_FLOW))
COUNTER_SAMPLES = frozenset((COUNTERS, EXPANDED_COUNTERS))
RAW_HEADER, EXTENDED_SWITCH = 1, 1001
PORT_OCTETS = b"\x00\xb3"

NOT_VERSION_5 = "not sFlow version 5"
TRUNCATED = "truncated"

_PAIR = Struct(">II").unpack_from
_HEADER = Struct(">IIII").unpack_from
_COMPACT = Struct(">IIIII").unpack_from
_EXPANDED = Struct(">I4xIIII").unpack_from  # the data source's class is left out
_WORD = Struct(">I").unpack_from
_VLANS = Struct(">I4xI").unpack_from
# Octets of the agent's address by its type: unknown, IPv4, IPv6.
_AGENT_OCTETS = {0: 0, 1: 4, 2: 16}


class FlowSample(NamedTuple):
    """A flow sample that holds a BGP segment."""

    sequence: int
    source: int  # data source: of an expanded sample the index alone
    rate: int  # packets per sample as configured
    pool: int  # packets that could have been sampled, modulo 2^32
    drops: int
    vlans: tuple[int, ...]  # 802.1Q ids the sample names, in the header or beside it; none is 0
    segment: Segment


class Datagram(NamedTuple):
    """What one datagram held. Samples before a fault count."""

    agent: bytes  # 4 or 16 octets; empty when the agent names no address
    sequence: int
    flow_samples: int
    counter_samples: int
    bgp: tuple[FlowSample, ...]
    problem: str | None  # why it was not read, or not to its end
    sub_agent: int = 0


def decode(data: bytes) -> Datagram:
    """Read one datagram. Never raises, and takes time in proportion to the octets given.

    This is the hot loop: hundreds of thousands of samples per second pass here, so it is one
    function and reads nothing that it does not need.
    """
    size = len(data)
    if size < 8:
        return _refused(TRUNCATED)
    version, family = _PAIR(data)
    if version != 5 or family not in _AGENT_OCTETS:
        return _refused(NOT_VERSION_5)
    offset = 8 + _AGENT_OCTETS[family]
    if offset + 16 > size:
        return _refused(TRUNCATED)
    agent = data[8:offset]
    sub_agent, sequence, _, samples = _HEADER(data, offset)
    offset += 16
    flows = counters = 0
    bgp: tuple[FlowSample, ...] = ()
    problem = None
    # Where the octets of port 179 come next; samples that end before need no look.
    candidate = data.find(PORT_OCTETS, offset)
    if candidate < 0:
        candidate = size
    for _ in range(samples):
        if offset + 8 > size:
            problem = TRUNCATED
            break
        kind, length = _PAIR(data, offset)
        start = offset + 8
        offset = start + length
        if offset > size:
            problem = TRUNCATED
            break
        if kind in FLOW_SAMPLES:
            flows += 1
            if candidate < offset:
                if candidate < start:
                    candidate = data.find(PORT_OCTETS, start)
                    if candidate < 0:
                        candidate = size
                if candidate < offset:
                    sample = _flow_sample(data, start, offset, kind)
                    if sample:
                        bgp += (sample,)
        elif kind in COUNTER_SAMPLES:
            counters += 1
        if length & 3:  # XDR pads to whole words (RFC 4506, section 4.10)
            offset += 4 - (length & 3)
    return Datagram(agent, sequence, flows, counters, bgp, problem, sub_agent)


def _refused(problem: str) -> Datagram:
    return Datagram(b"", 0, 0, 0, (), problem)


def _flow_sample(data: bytes, start: int, end: int, kind: int) -> FlowSample | None:
    """The sample in `data[start:end]` if its raw packet header is BGP.

    The header's fields are read last: only few samples get that far.
    """
    records = start + (28 if kind == FLOW else 40)
    if records + 4 > end:
        return None
    segment = None
    switch: tuple[int, ...] = ()
    offset = records + 4
    for _ in range(_WORD(data, records)[0]):
        if offset + 8 > end:
            break
        record, length = _PAIR(data, offset)
        body = offset + 8
        offset = body + ((length + 3) & ~3)
        if record == RAW_HEADER and segment is None:
            if body + 16 > end:
                return None
            # Section 5.3, sampled_header: protocol, frame length, stripped, header length, header.
            protocol, _, _, visible = _HEADER(data, body)
            body += 16
            last = min(body + visible, offset, end)
            segment = find_segment(data, body, last, protocol)
            if segment is None:
                return None
        elif record == EXTENDED_SWITCH and body + 16 <= end:
            switch = _VLANS(data, body)
    if segment is None:
        return None
    layout = _COMPACT if kind == FLOW else _EXPANDED
    sequence, source, rate, pool, drops = layout(data, start)
    vlans = segment.tags + switch
    if vlans:
        vlans = tuple(dict.fromkeys(tag for tag in vlans if 0 < tag < 4095))
    return FlowSample(sequence, source, rate, pool, drops, vlans, segment)
