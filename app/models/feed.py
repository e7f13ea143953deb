"""What the collector knows of its feeds: who reports, what is lost, what has no place.

All counts only grow: a collector adds what it has counted since its last write, so several may
write at once. Nothing here is one row per sample, and each table is bounded by the collector.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime

ADDRESS = String(45)


class Agent(Base):
    """A switch, or a part of one, that sends samples: sFlow's agent address and sub-agent id."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("address", "sub_agent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(ADDRESS)
    sub_agent: Mapped[int] = mapped_column(BigInteger, default=0)
    sender: Mapped[str | None] = mapped_column(ADDRESS)  # where its last datagram came from
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of its last datagram
    datagrams: Mapped[int] = mapped_column(BigInteger, default=0)
    samples: Mapped[int] = mapped_column(BigInteger, default=0)  # of any kind, BGP or not
    bgp_samples: Mapped[int] = mapped_column(BigInteger, default=0)
    missed: Mapped[int] = mapped_column(BigInteger, default=0)  # datagrams, by sequence numbers
    restarts: Mapped[int] = mapped_column(BigInteger, default=0)  # its sequence began anew


class AgentPort(Base):
    """A data source of an agent, normally a port of the switch, that gave BGP samples.

    `pool` and `sequences` are how far both numbers moved between samples of this port: their
    quotient is the effective sampling, whatever `rate` (packets per sample) the switch claims.
    Every two weeks they become those `before`, so that what counts is of late; all begin anew when
    `rate` changes. See domain.sampling.
    """

    __tablename__ = "agent_port"
    __table_args__ = (UniqueConstraint("agent_id", "port"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    port: Mapped[int] = mapped_column(BigInteger)  # sFlow's data source
    rate: Mapped[int] = mapped_column(BigInteger)  # as the last sample says
    sequences: Mapped[int] = mapped_column(BigInteger, default=0)
    pool: Mapped[int] = mapped_column(BigInteger, default=0)
    since: Mapped[date]  # when these two began
    sequences_before: Mapped[int] = mapped_column(BigInteger, default=0)
    pool_before: Mapped[int] = mapped_column(BigInteger, default=0)
    drops: Mapped[int] = mapped_column(BigInteger, default=0)  # samples the switch dropped itself
    samples: Mapped[int] = mapped_column(BigInteger, default=0)  # BGP samples
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SamplingPoint(Base):
    """Which port samples what an address sends; several when a packet passes several switches."""

    __tablename__ = "sampling_point"
    __table_args__ = (UniqueConstraint("address_id", "port_id"), Index(None, "port_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("interface_address.id", ondelete="CASCADE"))
    port_id: Mapped[int] = mapped_column(ForeignKey("agent_port.id", ondelete="CASCADE"))
    samples: Mapped[int] = mapped_column(BigInteger, default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WatchHour(Base):
    """How long an agent really reported within an hour, for each VLAN it gives samples of."""

    __tablename__ = "watch_hour"
    __table_args__ = (UniqueConstraint("vlan_id", "agent_id", "hour"), Index(None, "hour"))

    id: Mapped[int] = mapped_column(primary_key=True)
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    hour: Mapped[datetime] = mapped_column(UtcDateTime)  # its beginning
    seconds: Mapped[float] = mapped_column(default=0)  # at most 3,600
    samples: Mapped[int] = mapped_column(BigInteger, default=0)  # BGP samples of this VLAN
    effective_rate: Mapped[float | None]  # of the agent, at the last write of the hour
    heard: Mapped[int] = mapped_column(BigInteger, default=0)  # datagrams of the agent
    lost: Mapped[int] = mapped_column(BigInteger, default=0)  # and those missed meanwhile


class WatchDay(Base):
    """The hours of a day (UTC) in one row: what lists read, who look back for weeks."""

    __tablename__ = "watch_day"
    __table_args__ = (UniqueConstraint("vlan_id", "agent_id", "day"), Index(None, "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    day: Mapped[date]
    seconds: Mapped[float]
    first_hour: Mapped[datetime] = mapped_column(UtcDateTime)
    last_hour: Mapped[datetime] = mapped_column(UtcDateTime)  # its beginning, too
    rate_max: Mapped[float | None]  # of the effective rates of its hours, less what was lost
    samples: Mapped[int] = mapped_column(BigInteger, default=0)
    heard: Mapped[int] = mapped_column(BigInteger, default=0)
    lost: Mapped[int] = mapped_column(BigInteger, default=0)


class Calibration(Base):
    """What the exchange's own sessions send, as last measured; see domain.confidence."""

    __tablename__ = "calibration"
    __table_args__ = (UniqueConstraint("vlan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vlan_id: Mapped[int] = mapped_column(ForeignKey("vlan.id", ondelete="CASCADE"))
    packets: Mapped[float]  # a second and direction
    sessions: Mapped[int]  # how many told
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedFault(Base):
    """Datagrams that could not be read, or not wholly, by sender and kind."""

    __tablename__ = "feed_fault"
    __table_args__ = (UniqueConstraint("sender", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(ADDRESS)  # of the UDP datagram; empty for all others
    kind: Mapped[str] = mapped_column(String(40))
    datagrams: Mapped[int] = mapped_column(BigInteger, default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]  # of `last_at`, and how many came on it
    day_datagrams: Mapped[int] = mapped_column(BigInteger)


class StrayAddress(Base):
    """An address of BGP samples that have no place; only those seen most of late are kept."""

    __tablename__ = "stray_address"
    __table_args__ = (UniqueConstraint("address", "reason"), Index(None, "reason", "samples"))

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(ADDRESS)
    reason: Mapped[str] = mapped_column(String(12))  # domain.directory.Unplaced, its name in small
    tag: Mapped[int | None]  # of the last sample, if it had one
    agent: Mapped[str | None] = mapped_column(ADDRESS)  # that sent the last sample
    samples: Mapped[int] = mapped_column(BigInteger, default=0)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]  # of `last_at`, and how many came on it
    day_samples: Mapped[int] = mapped_column(BigInteger)


class Collector(Base):
    """A process that listens; `stopped_at` is empty while it runs, or when it was killed."""

    __tablename__ = "collector"
    __table_args__ = (UniqueConstraint("host", "listen"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    listen: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of its last write, samples or none
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flush_seconds: Mapped[int]
    buffer_octets: Mapped[int] = mapped_column(BigInteger)  # of the socket, as the kernel gave it
    # The rest counts since `started_at`.
    datagrams: Mapped[int] = mapped_column(BigInteger, default=0)
    dismissed: Mapped[int] = mapped_column(BigInteger, default=0)  # could hold no BGP
    kernel_drops: Mapped[int] = mapped_column(BigInteger, default=0)  # the buffer was full
    refused: Mapped[int] = mapped_column(BigInteger, default=0)  # sender not in SFLOW_AGENTS
    not_kept: Mapped[int] = mapped_column(BigInteger, default=0)  # samples beyond the memory bound
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it grew last
    left_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the same of `not_kept`
