from __future__ import annotations

import json

import pytest

from stratum.errors import StratumError, error_json


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (StratumError("it is wrong"), "it is wrong"),
        (StratumError("it is wrong", where="a.b", hint="do this"), "a.b: it is wrong; do this"),
    ],
    ids=["plain", "whole"],
)
def test_an_error_says_where_what_and_how_to_mend_it(error, text):
    assert str(error) == text


def test_the_json_shape_has_all_four_keys():
    assert json.loads(error_json("code", "message")) == {
        "error": {"code": "code", "message": "message", "hint": None, "where": None}
    }


def test_an_error_has_the_same_shape_with_its_own_code():
    class OwnError(StratumError):
        code = "own"

    assert json.loads(OwnError("no", where="w", hint="h").json()) == {
        "error": {"code": "own", "message": "no", "hint": "h", "where": "w"}
    }
