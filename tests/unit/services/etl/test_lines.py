"""From the bytes of a raw object to rows."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum.etl.blocks import Blocks
from stratum.etl.errors import UnreadableObjectError
from stratum.etl.lines import read_object

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
POINT = {
    "id": "c1-1",
    "received_at": "2026-11-21T12:00:00Z",
    "measurement": "cpu",
    "fields": {"usage": 1},
    "timestamp_ns": 1,
}
EVENT = {
    "id": "c1-1",
    "source": "github",
    "kind": "ping",
    "delivery": "d",
    "received_at": "2026-11-21T12:00:00Z",
    "body": "{}",
}


def read(key: str, *lines: bytes) -> Blocks:
    return read_object(key, gzip.compress(b"\n".join(lines)), NOW)


def rows(blocks: Blocks, table: str) -> list[dict[str, object]]:
    block = blocks.by_table.get(table)
    return [json.loads(line) for line in block.lines] if block else []


def test_an_event_of_no_interest_is_kept_raw() -> None:
    blocks = read("events/a", json.dumps(EVENT).encode())
    assert blocks.counts() == {"events_raw": 1}
    assert rows(blocks, "events_raw")[0] == {
        **EVENT,
        "sample": False,
        "headers": {},
        "_src": "events/a",
        "_row": 0,
    }


def test_an_event_that_cannot_be_parsed_is_kept_raw_and_rejected() -> None:
    line = json.dumps(EVENT | {"kind": "push", "body": "{"}).encode()
    blocks = read("events/a", b"", line)
    assert blocks.counts() == {"events_raw": 1, "rejected": 1}
    rejected = rows(blocks, "rejected")[0]
    assert (rejected["_row"], rejected["body"]) == (1, line.decode())


def test_a_point_is_split_by_the_type_of_its_fields() -> None:
    fields = {"a": 1, "b": 0.5, "c": True, "d": "text"}
    line = json.dumps(POINT | {"fields": fields, "timestamp_ns": 1_500_000_001}).encode()
    assert rows(read("points/a", line), "points") == [
        {
            "measurement": "cpu",
            "tags": {},
            "fields": {"a": 1.0, "b": 0.5, "c": 1.0},
            "text_fields": {"d": "text"},
            "time": "1970-01-01T00:00:01.500000001Z",
            "received_at": "2026-11-21T12:00:00Z",
            "_src": "points/a",
            "_row": 0,
        }
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"timestamp_ns": -1}, "timestamp_ns is outside of the years 1970 to 2199"),
        ({"timestamp_ns": 2**63}, "timestamp_ns is outside of the years 1970 to 2199"),
        (
            {"received_at": "2026-11-21T12:00:00"},
            "received_at is not a time in UTC such as 2026-11-21T12:00:00Z",
        ),
        ({"fields": {"a": 10**400}}, "fields.a is too large for a number of 64 bits"),
        (
            {"fields": {"a": None}},
            "Expected `bool | int | float | str`, got `null` - at `$.fields[...]`",
        ),
    ],
)
def test_a_point_that_cannot_be_kept_is_rejected_with_the_reason(
    change: dict[str, object], reason: str
) -> None:
    blocks = read("points/a", json.dumps(POINT | change).encode())
    assert [row["reason"] for row in rows(blocks, "rejected")] == [reason]
    assert rows(blocks, "points") == []


@pytest.mark.parametrize(
    ("key", "content", "message"),
    [
        ("events/a", b"text", "events/a: this is not gzip: "),
        ("events/a", gzip.compress(b"text" * 99)[:-9], "events/a: the object is cut off"),
        ("other/a", gzip.compress(b"{}"), "other/a: this is no folder of raw objects"),
    ],
    ids=["text", "cut", "folder"],
)
def test_an_object_that_is_none_is_an_error(key: str, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableObjectError) as error:
        read_object(key, content, NOW)
    assert str(error.value).startswith(message)


@given(st.lists(st.binary(max_size=80)), st.sampled_from(["events/a", "points/a"]))
def test_any_line_is_either_a_row_or_rejected(lines: list[bytes], key: str) -> None:
    content = b"\n".join(lines)
    blocks = read_object(key, gzip.compress(content), NOW)
    numbers = [row["_row"] for table in blocks.by_table for row in rows(blocks, table)]
    wanted = [number for number, line in enumerate(content.split(b"\n")) if line.strip()]
    assert numbers == wanted


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(POINT)), json_values)
def test_a_point_with_any_field_changed_is_a_row_or_rejected(name: str, value: object) -> None:
    line = json.dumps(POINT | {name: value}).encode()
    counts = read("points/a", line).counts()
    assert counts in ({"points": 1}, {"rejected": 1})
