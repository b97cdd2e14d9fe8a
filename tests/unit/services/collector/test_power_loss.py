"""What was acknowledged survives a power loss at any step, exactly once."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from faulty_files import FaultyFiles, PowerLossError
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum.collector.deliveries import DeliveryLog
from stratum.collector.record import Kind, Record, scan
from stratum.collector.recovery import recover
from stratum.collector.segment import HOUR_US
from stratum.collector.shipping import Shipper
from stratum.collector.wal import SealRules, Wal

DATA = Path("/data")
START_US = 500_000 * HOUR_US


@dataclass
class MemoryStore:
    objects: dict[str, bytes] = field(default_factory=dict)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        return self.objects.setdefault(key, body) is body

    def get(self, key: str) -> bytes:
        return self.objects[key]


@dataclass
class Life:
    """One disk and one store through many starts; `acknowledged` is what a sender was told."""

    chance: random.Random
    files: FaultyFiles = field(default_factory=FaultyFiles)
    store: MemoryStore = field(default_factory=MemoryStore)
    acknowledged: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    now_us: int = START_US
    made: int = 0

    def run_until_the_power_goes(self, steps: int) -> None:
        self.files.steps_left = steps
        try:
            self._start()
            while True:
                self._act()
        except PowerLossError:
            self.files.lose_power(self.chance)

    def _start(self) -> None:
        found = recover(DATA, self.files, fresh_sequence=1)
        log = DeliveryLog(DATA, self.files, capacity=50)
        self.known = {*log.load(), *found.keys}
        self.next = found.next_sequence
        self.wal = Wal(DATA, self.files, SealRules(400, HOUR_US), found)
        self.shipper = Shipper("c1", self.wal, self.store, log)

    def _act(self) -> None:
        choice = self.chance.random()
        if choice < 0.7:
            self._write()
        elif choice < 0.8:
            self.now_us += HOUR_US
        elif choice < 0.9:
            self.wal.seal_if_due(self.now_us)
        else:
            self.shipper.ship_all()

    def _write(self) -> None:
        batch = [self._record() for _ in range(self.chance.randint(1, 3))]
        self.wal.write(batch)
        self.acknowledged.extend(record.key for record in batch)
        self.numbers.extend(record.first for record in batch)
        self.known.update(record.key for record in batch)

    def _record(self) -> Record:
        self.made += 1
        record = Record(
            Kind.EVENTS, self.next, 1, self.now_us, f"k{self.made}", b"k%d\n" % self.made
        )
        self.next += 1
        return record

    def ship_the_rest(self) -> None:
        self._start()
        self.wal.seal()
        self.shipper.ship_all()

    def stored(self) -> list[str]:
        bodies = self.store.objects.values()
        return [line.decode() for body in bodies for line in gzip.decompress(body).split()]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_nothing_acknowledged_is_lost_or_doubled_by_power_losses(chance, lives):
    life = Life(chance)
    for steps in lives:
        life.run_until_the_power_goes(steps)
    life.ship_the_rest()

    counts = Counter(life.stored())
    assert set(life.acknowledged) <= counts.keys()
    assert set(counts.values()) <= {1}
    assert len(set(life.numbers)) == len(life.numbers)
    # Every acknowledged delivery is still known, so that a replay after the loss is a duplicate.
    assert set(life.acknowledged[-50:]) <= life.known


def test_a_synchronisation_that_failed_is_never_tried_again():
    life = Life(random.Random(1))
    life._start()
    life.files.fail_sync = True
    record = Record(Kind.EVENTS, life.next, 1, START_US, "k", b"k\n")

    errors = [_error(life.wal, record), _error(life.wal, record)]

    life.files.fail_sync = False
    errors.append(_error(life.wal, record))
    where = "/data/wal/0000000000000001.open"
    assert errors == [
        f"{where}: a record could not be made durable: [Errno 5] Input/output error; check the "
        "disk; the collector stops and repairs its log at the next start",
        f"{where}: an earlier write failed",
        f"{where}: an earlier write failed",
    ]


def test_a_damaged_segment_is_kept_aside_and_its_good_records_are_shipped():
    life = Life(random.Random(1))
    life._start()
    for _ in range(3):
        life._write()
    life.wal.seal()
    [segment] = life.wal.sealed
    inode = life.files.entries[DATA / "wal" / segment.name]
    records = scan(inode.content).records
    hit = inode.content.index(records[1].lines)
    damaged = inode.content[:hit] + b"!" + inode.content[hit + 1 :]
    inode.content = inode.durable = damaged

    life.ship_the_rest()

    lost = records[1].key
    assert set(life.acknowledged) - set(life.stored()) == {lost}
    assert life.files.entries[DATA / "quarantine" / f"{segment.name}.damaged"].content == damaged


def _error(wal: Wal, record: Record) -> str:
    try:
        wal.write([record])
    except Exception as error:
        return str(error)
    return "no error"
