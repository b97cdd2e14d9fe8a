"""Whatever arrives, a parser answers with rows or with an `EventError`."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum.events import Envelope, EventError, parse

EVENTS = Path(__file__).parent / "events"
CASES = sorted(path.stem for path in EVENTS.glob("*.json"))
BODIES = {
    case: json.loads((EVENTS / f"{case}.json").read_text(encoding="utf-8"))["body"]
    for case in CASES
}

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | st.text(max_size=20)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def envelope(case, text):
    source, _, kind = case.partition("-")
    return Envelope(
        id="e",
        source=source,
        kind=kind,
        delivery="d",
        received_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        body=text,
    )


def places(node, path=()):
    """The path of every value in a document."""
    yield path
    if isinstance(node, (dict, list)):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(inner, (*path, key))


def replaced(node, path, value):
    """A copy of a document with another value at a path."""
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = replaced(node[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=25, deadline=None)
@given(text=st.text() | ANY_JSON.map(json.dumps))
def test_arbitrary_text_never_raises_anything_else(case, text):
    with contextlib.suppress(EventError):
        parse(envelope(case, text))


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=50, deadline=None)
@given(data=st.data(), value=ANY_JSON)
def test_any_value_at_any_place_never_raises_anything_else(case, data, value):
    path = data.draw(st.sampled_from(list(places(BODIES[case]))))
    with contextlib.suppress(EventError):
        parse(envelope(case, json.dumps(replaced(BODIES[case], path, value))))


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=15, deadline=None)
@given(data=st.data(), extra=st.dictionaries(st.text(max_size=6).map("x-".__add__), ANY_JSON))
def test_unknown_keys_change_nothing(case, data, extra):
    objects = [path for path in places(BODIES[case]) if isinstance(at(BODIES[case], path), dict)]
    path = data.draw(st.sampled_from(objects))
    grown = replaced(BODIES[case], path, at(BODIES[case], path) | extra)
    assert without_payload(case, grown) == without_payload(case, BODIES[case])


def at(node, path):
    for step in path:
        node = node[step]
    return node


def without_payload(case, body):
    """The rows apart from the raw body that one of them repeats."""
    parsed = parse(envelope(case, json.dumps(body)))
    raw = [(row.app, row.environment, row.revision) for row in parsed.deployments_raw]
    return raw, parsed.deployments, parsed.commits, parsed.changes, parsed.incidents


def test_deeply_nested_json_is_an_event_error():
    text = '{"x":' + "[" * 100_000 + "]" * 100_000 + "}"
    with contextlib.suppress(EventError):
        parse(envelope("github-push", text))
