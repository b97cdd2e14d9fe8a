from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stratum.collector.record import Kind, Record, Scan, encode, scan, spans

LINES = st.text(max_size=60).map(lambda text: text.encode() + b"\n")
ONE = st.builds(
    Record,
    kind=st.sampled_from(Kind),
    first=st.integers(0, 2**63),
    count=st.integers(1, 1000),
    received_us=st.integers(0, 2**62),
    key=st.text(max_size=20),
    lines=LINES,
)
RECORDS = st.lists(ONE, max_size=6)


@given(RECORDS)
def test_what_was_written_is_read_back(records):
    assert scan(b"".join(map(encode, records))) == Scan(records, torn_at=None, damaged=False)


@given(RECORDS, ONE, st.data())
def test_a_torn_tail_is_found_at_the_end_of_the_last_whole_record(records, torn, data):
    whole, frame = b"".join(map(encode, records)), encode(torn)
    cut = data.draw(st.integers(1, len(frame) - 1))

    found = scan(whole + frame[:cut])

    assert (found.records, found.torn_at, found.damaged) == (records, len(whole), False)


@given(RECORDS, ONE)
def test_a_tail_of_zeros_is_torn(records, torn):
    whole = b"".join(map(encode, records))

    found = scan(whole + bytes(len(encode(torn))))

    assert (found.records, found.torn_at, found.damaged) == (records, len(whole), False)


@given(RECORDS, ONE, ONE, st.data())
def test_a_flipped_byte_costs_one_record_and_not_those_after_it(before, hit, after, data):
    frame = bytearray(encode(hit))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))

    found = scan(b"".join(map(encode, before)) + bytes(frame) + encode(after))

    assert (found.records, found.torn_at, found.damaged) == ([*before, after], None, True)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_scan_fail(data):
    assert scan(data).records == []


def test_records_that_end_early_do_not_span_their_segment():
    one = Record(Kind.EVENTS, 1, 2, 0, "", b"\n")

    assert spans([one], 1, 2)
    assert not spans([one], 1, 4)
    assert not spans([], 1, 1)
