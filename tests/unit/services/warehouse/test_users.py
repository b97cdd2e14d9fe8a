"""Credentials of a request against the users of the settings."""

from __future__ import annotations

import pytest

from stratum.warehouse.errors import QueryError
from stratum.warehouse.users import Credentials, User, authenticate, read_credentials

USERS = (User("etl", "söcret", "ingest"), User("console", "other", "reader"))


@pytest.mark.parametrize(
    ("headers", "parameters"),
    [
        ({"x-clickhouse-user": "etl", "x-clickhouse-key": "söcret"}, {}),
        ({"authorization": "Basic ZXRsOnPDtmNyZXQ="}, {}),
        ({}, {"user": "etl", "password": "söcret"}),
    ],
    ids=["headers", "basic", "address"],
)
def test_a_user_is_known_by_any_of_three_ways(
    headers: dict[str, str], parameters: dict[str, str]
) -> None:
    assert authenticate(USERS, read_credentials(headers, parameters)) is USERS[0]


def test_two_ways_at_once_are_refused() -> None:
    with pytest.raises(QueryError) as refusal:
        read_credentials({"x-clickhouse-user": "etl"}, {"user": "etl"})
    assert refusal.value.text == (
        "Code: 516. DB::Exception: Invalid authentication: it is not allowed to use several "
        "authentication methods simultaneously (AUTHENTICATION_FAILED)"
    )


@pytest.mark.parametrize("header", ["Bearer abc", "Basic ???", "Basic /w=="])
def test_other_credentials_are_refused(header: str) -> None:
    with pytest.raises(QueryError, match="expected 'Basic' HTTP credentials"):
        read_credentials({"authorization": header}, {})


@pytest.mark.parametrize(
    ("name", "password"), [("etl", "other"), ("console", ""), ("nobody", "söcret")]
)
def test_a_wrong_pair_is_refused(name: str, password: str) -> None:
    with pytest.raises(QueryError) as refusal:
        authenticate(USERS, Credentials(name, password))
    assert (refusal.value.code, refusal.value.status) == (516, 403)


def test_no_credentials_ask_for_some() -> None:
    with pytest.raises(QueryError) as refusal:
        authenticate(USERS, read_credentials({}, {}))
    assert (refusal.value.code, refusal.value.status) == (194, 401)


def test_a_password_is_in_no_representation() -> None:
    assert "söcret" not in repr(USERS) + repr(Credentials("etl", "söcret"))
