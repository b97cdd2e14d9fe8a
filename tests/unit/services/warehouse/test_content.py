"""Compressed bodies in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum.warehouse.content import ENCODERS, choose_coding, decode, encode
from stratum.warehouse.errors import QueryError

CODINGS = sorted(ENCODERS)


@given(st.sampled_from(CODINGS), st.lists(st.binary(max_size=300), min_size=1, max_size=3))
def test_frames_one_after_the_other_are_one_body(coding: str, parts: list[bytes]) -> None:
    body = b"".join(encode(part, coding) for part in parts)
    assert decode(body, coding, 1000) == b"".join(parts)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(coding: str) -> None:
    body = encode(b"a" * 100, coding)
    assert len(decode(body, coding, 100)) == 100
    with pytest.raises(QueryError) as refusal:
        decode(body, coding, 99)
    assert refusal.value.status == 413


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_damaged_body_is_refused(coding: str, damage: str) -> None:
    whole = encode(bytes(range(256)), coding)
    body = whole[:-6] if damage == "cut" else b"\x99noise" + whole
    with pytest.raises(QueryError, match=f"The request body is not valid {coding}"):
        decode(body, coding, 1000)


def test_an_unknown_coding_names_the_known_ones() -> None:
    with pytest.raises(QueryError) as refusal:
        decode(b"x", "br", 10)
    assert refusal.value.text == (
        "Code: 89. DB::Exception: Unknown compression method 'br'; "
        "known are deflate, gzip, lz4, zstd (UNKNOWN_COMPRESSION_METHOD)"
    )


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("br, gzip", "gzip"), ("zstd;q=0, lz4;q=0.5", "lz4"), ("identity", ""), ("", "")],
)
def test_the_first_coding_that_both_know_is_chosen(accepted: str, chosen: str) -> None:
    assert choose_coding(accepted) == chosen
