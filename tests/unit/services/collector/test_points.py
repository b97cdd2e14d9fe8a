from __future__ import annotations

import pytest

from stratum.collector.points import Point, PointError, read_points

NOW_NS = 1795262400000000000


def test_a_single_point_is_read():
    body = b'{"measurement":"cpu","tags":{"host":"a"},"fields":{"usage":1,"up":true,"v":"x"}}'

    assert read_points(body) == [Point("cpu", {"usage": 1.0, "up": True, "v": "x"}, {"host": "a"})]


def test_a_batch_is_read_in_order():
    first = b'{"measurement":"a","fields":{"x":1},"timestamp":%d}' % NOW_NS
    second = b'{"measurement":"b","fields":{"x":2}}'

    assert read_points(b" [%b,%b]" % (first, second)) == [
        Point("a", {"x": 1.0}, timestamp=NOW_NS),
        Point("b", {"x": 2.0}),
    ]


POINT = '{"measurement":"a","fields":{"x":1}}'
TIME_HINT = "nanoseconds since 1970 as an integer, or nothing for the time of arrival"
SHAPE_HINT = "a point has measurement and fields, and may have tags and timestamp"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            f'[{POINT},{{"measurement":"a","fields":{{"x":1}},"timestamp":1795262400}}]',
            f"points[1].timestamp: expected `int` >= 100000000000000000; {TIME_HINT}",
        ),
        (
            '{"measurement":"a","fields":{"x":1},"timestamp":"now"}',
            f"point.timestamp: expected `int | null`, got `str`; {TIME_HINT}",
        ),
        (
            f'[{POINT},{POINT},{{"measurement":"a","fields":{{"x":null}}}}]',
            "points[2].fields: expected `bool | float | str`, got `null`; "
            'at least one number, text or boolean, such as {"usage": 0.5}',
        ),
        (
            '[{"measurement":"a","fields":{}}]',
            "points[0].fields: expected `object` of length >= 1; "
            'at least one number, text or boolean, such as {"usage": 0.5}',
        ),
        (
            '[{"measurement":"a","fields":{"x":1},"timestmp":1}]',
            f"points[0]: contains unknown field `timestmp`; {SHAPE_HINT}",
        ),
        (
            '{"fields":{"x":1}}',
            f"point: is missing required field `measurement`; {SHAPE_HINT}",
        ),
        ("[]", "points: the batch is empty; send at least one point"),
        ("{", f"the body is not JSON: Input data was truncated; {SHAPE_HINT}"),
    ],
    ids=["seconds", "text", "null field", "no field", "typo", "no name", "empty", "not JSON"],
)
def test_a_bad_point_is_named_with_the_reason(body, text):
    with pytest.raises(PointError) as caught:
        read_points(body.encode())

    assert str(caught.value) == text


@pytest.mark.parametrize("body", [b"\xff", b"[" * 100_000, b'{"measurement":"\\ud800"}', b""])
def test_bytes_that_are_no_json_are_an_error_of_the_sender(body):
    with pytest.raises(PointError):
        read_points(body)
