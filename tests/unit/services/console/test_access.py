"""Tokens and the signed session that stands for one."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum.console.access import SESSION_SECONDS, Access

BOTH = Access("token", operator_token="o" * 40, viewer_token="v" * 40)
NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("token", "role"), [("o" * 40, "operator"), ("v" * 40, "viewer"), ("x", None), ("", None)]
)
def test_token_gives_its_role(token: str, role: str | None) -> None:
    assert BOTH.role_of_token(token) == role


def test_empty_token_is_no_viewer_where_viewers_have_none() -> None:
    assert Access("token", operator_token="o").role_of_token("") is None


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_session_holds_until_it_is_over(role: str) -> None:
    cookie = BOTH.open_session(role, NOW)
    assert BOTH.role_of_session(cookie, NOW + SESSION_SECONDS - 1) == role
    assert BOTH.role_of_session(cookie, NOW + SESSION_SECONDS) is None


def test_session_dies_with_its_token() -> None:
    cookie = BOTH.open_session("operator", NOW)
    assert Access("token", operator_token="new").role_of_session(cookie, NOW) is None


def test_viewer_cannot_sign_an_operators_session() -> None:
    head = base64.urlsafe_b64encode(b'{"role":"operator","expires":9999999999}').decode()
    tail = BOTH.open_session("viewer", NOW).partition(".")[2]
    assert BOTH.role_of_session(f"{head.rstrip('=')}.{tail}", NOW) is None


def test_viewers_session_ends_when_viewers_have_no_token_any_more() -> None:
    cookie = BOTH.open_session("viewer", NOW)
    assert Access("open", operator_token="o" * 40).role_of_session(cookie, NOW) is None


@given(st.text(max_size=200))
def test_text_that_is_no_session_is_none(cookie: str) -> None:
    assert BOTH.role_of_session(cookie, NOW) is None


def test_tokens_are_not_in_the_representation() -> None:
    assert "oooo" not in repr(BOTH)
