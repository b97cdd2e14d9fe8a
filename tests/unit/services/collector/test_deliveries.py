from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from faulty_files import FaultyFiles
from hypothesis import given
from hypothesis import strategies as st

from stratum.collector.deliveries import LOG, Deliveries, DeliveryLog

DATA = Path("/data")
KEYS = st.lists(st.text(min_size=1, max_size=8), max_size=5)


def test_the_oldest_delivery_is_forgotten_when_there_are_too_many():
    known = Deliveries(2, ["a", "b", "a", "c"])

    assert [key in known for key in "abc"] == [True, False, True]


def test_a_delivery_whose_commit_failed_may_come_again():
    async def scene():
        known = Deliveries(2)
        commit = asyncio.get_running_loop().create_future()
        known.begin("a", commit)
        commit.set_exception(OSError())
        await asyncio.wait({commit})
        return "a" in known, known.pending("a")

    assert asyncio.run(scene()) == (False, None)


@given(st.lists(KEYS, max_size=6))
def test_the_log_remembers_the_newest_in_order(batches):
    files = FaultyFiles()
    log = DeliveryLog(DATA, files, capacity=4)
    log.load()
    for batch in batches:
        log.append(batch)

    remembered = DeliveryLog(DATA, files, capacity=4).load()

    every = [key for batch in batches for key in batch]
    newest = list(dict.fromkeys(reversed(every)))[:4][::-1]
    assert remembered == newest


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_torn_line_costs_only_its_own_keys(cut):
    files = FaultyFiles()
    log = DeliveryLog(DATA, files, capacity=9)
    log.load()
    log.append(["a"])
    log.append(["b"])
    inode = files.entries[DATA / LOG]
    inode.content = inode.content[:-cut]

    log.append(["c"])

    whole = ["a", "b", "c"] if cut == 1 else ["a", "c"]
    assert DeliveryLog(DATA, files, capacity=9).load() == whole
