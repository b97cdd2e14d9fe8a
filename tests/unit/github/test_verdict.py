"""When CI is green."""

from __future__ import annotations

import json

import pytest


def needs(told: object = ("unit",), **results: str) -> dict[str, object]:
    jobs = {name: {"result": result, "outputs": {}} for name, result in results.items()}
    chosen = {"jobs": json.dumps(list(told))} if told is not None else {}
    return {"changes": {"result": "success", "outputs": chosen}, **jobs}


def test_it_is_green_where_what_the_change_does_not_need_is_skipped(program):
    found = program("verdict").faults(needs(lint="success", unit="success", hosts="skipped"))
    assert list(found) == []


@pytest.mark.parametrize(
    ("context", "fault"),
    [
        (needs(lint="failure", unit="success"), "lint ended as failure"),
        (needs(lint="success", unit="cancelled"), "unit ended as cancelled"),
        (needs(lint="success", unit="skipped"), "unit was skipped, but this change needs it"),
        (needs(lint="skipped", unit="success"), "lint was skipped, but this change needs it"),
        (needs(None, lint="success", unit="skipped"), "unit was skipped, but this change needs it"),
    ],
    ids=["failed", "cancelled", "skipped", "lint skipped", "changes told nothing"],
)
def test_it_is_red(program, context, fault):
    assert list(program("verdict").faults(context)) == [fault]
