from __future__ import annotations

import gzip

from stratum.collector.objects import raw_objects, same_content
from stratum.collector.record import Kind, Record
from stratum.collector.segment import Segment, hour_of, read_sealed_name

SEGMENT = Segment(7, 9, "2026112112")
RECORDS = [
    Record(Kind.POINTS, 7, 1, 0, "", b"p\n"),
    Record(Kind.EVENTS, 8, 1, 0, "", b"e\n"),
    Record(Kind.POINTS, 9, 1, 0, "", b"q\n"),
]


def test_each_kind_goes_to_an_object_of_its_own():
    objects = raw_objects("c1", SEGMENT, RECORDS)

    name = "dt=2026-11-21/hr=12/c1-0000000000000007-0000000000000009.jsonl.gz"
    assert {item.key: gzip.decompress(item.body) for item in objects} == {
        f"events/{name}": b"e\n",
        f"points/{name}": b"p\nq\n",
    }


def test_an_object_has_no_time_of_its_own():
    [first, _] = raw_objects("c1", SEGMENT, RECORDS)

    assert first.body[4:8] == bytes(4)


def test_content_is_compared_whatever_the_compression():
    assert same_content(gzip.compress(b"a", 1), gzip.compress(b"a", 9))
    assert not same_content(gzip.compress(b"a"), gzip.compress(b"b"))
    assert not same_content(gzip.compress(b"a"), b"not gzip")


def test_a_sealed_name_says_what_the_segment_is():
    assert read_sealed_name(SEGMENT.name) == SEGMENT
    assert read_sealed_name("0000000000000007.open") is None
    assert hour_of(1_795_262_400_000_000) == "2026112112"
