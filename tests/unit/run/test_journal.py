"""The journal: whole lines in order, whoever writes and whoever is killed."""

from __future__ import annotations

import json
import multiprocessing
import resource
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.run import journal as module
from ansible_collections.stratum.platform.plugins.module_utils.run.journal import Journal, Reader

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "run.jsonl", clock=lambda: 1.0000004)


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in events]


def test_an_event_is_given_back_as_it_was_written(journal: Journal) -> None:
    written = journal.append("ended", instance="a", reason="größer\nals\u2028gedacht\r")
    assert written == {
        "event": "ended",
        "time": 1.0,
        "instance": "a",
        "reason": "größer\nals\u2028gedacht\r",
    }
    assert journal.read() == [written]


def test_a_journal_that_nobody_wrote_is_empty(journal: Journal) -> None:
    assert journal.read() == []


def test_only_its_owner_may_read_it(journal: Journal) -> None:
    journal.append("started", instance="a")
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_output_that_is_no_text_does_not_lose_the_event(journal: Journal) -> None:
    journal.append("ended", evidence=[b"caf\xe9".decode(errors="surrogateescape")])
    assert journal.read()[0]["evidence"] == ["caf?"]


def test_a_reader_of_some_kinds_gives_only_those(journal: Journal) -> None:
    for kind in ("run_started", "started", "waiting", "ended"):
        journal.append(kind, instance="a")
    assert names(journal.read(["started", "ended"])) == ["started", "ended"]


def test_half_a_line_is_not_read(journal: Journal) -> None:
    journal.append("started")
    with journal.path.open("a") as file:
        file.write('{"event": "ready"')
    assert names(journal.read()) == ["started"]


@pytest.mark.parametrize("torn", ['{"event": "rea', "x" * 200_000], ids=["short", "long"])
def test_the_next_writer_takes_half_a_line_away(journal: Journal, torn: str) -> None:
    journal.append("started")
    with journal.path.open("a") as file:
        file.write(torn)
    journal.append("ready")
    assert names(journal.read()) == ["started", "ready"]
    assert len(journal.path.read_bytes().splitlines()) == 2


def test_half_a_first_line_is_taken_away(journal: Journal) -> None:
    journal.path.write_text("{")
    journal.append("run_started")
    assert names(journal.read()) == ["run_started"]


def _append_with_little_room(journal: Journal, bytes_left: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = journal.path.stat().st_size + bytes_left
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        journal.append("ended", reason="x" * 1000)
    except OSError:
        return
    raise SystemExit("the write should not fit")


def test_an_event_that_finds_no_room_leaves_nothing(journal: Journal) -> None:
    journal.append("started")
    before = journal.path.read_bytes()
    writer = FORK.Process(target=_append_with_little_room, args=(journal, 100))
    writer.start()
    writer.join()
    assert (writer.exitcode, journal.path.read_bytes()) == (0, before)


def _append_many(path: Path, writer: int) -> None:
    for number in range(100):
        Journal(path).append("changed", writer=writer, number=number)


def test_many_processes_write_whole_lines_in_the_order_of_their_times(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    writers = [FORK.Process(target=_append_many, args=(path, n)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    events = Journal(path).read()
    assert len(events) == 400
    assert [e["time"] for e in events] == sorted(e["time"] for e in events)
    for writer in range(4):
        assert [e["number"] for e in events if e["writer"] == writer] == list(range(100))


def test_a_reader_gives_each_event_once(journal: Journal) -> None:
    reader = Reader(journal.path)
    assert reader.new() == []
    journal.append("started")
    assert names(reader.new()) == ["started"]
    assert reader.new() == []
    journal.append("ready")
    assert names(reader.new()) == ["ready"]


@given(
    texts=st.lists(st.text(max_size=20), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, 400), max_size=6),
)
def test_a_reader_sees_every_event_once_wherever_it_looks_in_between(
    texts: list[str], cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "run.jsonl"
    data = b"".join(module._line({"event": "changed", "task": text}) for text in texts)
    seen: list[dict[str, Any]] = []
    reader = Reader(path)
    for end in [*sorted(min(cut, len(data)) for cut in cuts), len(data)]:
        path.write_bytes(data[:end])
        seen += reader.new()
    assert seen == [json.loads(line) for line in data.split(b"\n") if line]
    assert len(seen) == len(texts)
