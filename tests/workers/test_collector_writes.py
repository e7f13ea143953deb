"""What the collector does with a store that is there, and then is not."""

from datetime import UTC, datetime
from threading import Event

from app.domain.directory import Directory, Entry
from app.domain.live import Live
from app.services.collecting import Written
from app.workers.collector import Collector
from app.workers.udp import Listen, Receiver

MEMBERS = Directory([Entry(1, "192.0.2.1", 7, 10), Entry(2, "192.0.2.2", 7, 10)])


class Away(Exception):
    """A database that cannot be asked just now."""


class Store:
    """Takes every batch; of the addresses it tells only once."""

    def __init__(self, stop):
        self.writes, self.asked, self._stop = 0, 0, stop

    def directory(self):
        self.asked += 1
        if self.asked > 1:
            self._stop.set()
            raise Away
        return MEMBERS

    def write(self, _batch, _totals, _drops):
        self.writes += 1
        return Written()

    def explain(self, error):
        return "The database cannot be used" if isinstance(error, Away) else None


def test_a_batch_is_written_once_though_the_addresses_cannot_be_read_after_it():
    stop = Event()
    store = Store(stop)
    receiver = Receiver(Listen("127.0.0.1", 0))
    Collector(
        receiver, Live(MEMBERS), store, flush=0.01, clock=lambda: datetime.now(UTC), stop=stop
    ).run()

    assert store.writes == 2, "one while it ran, one at the end"
