"""A password's bcrypt hash: stable where it is known, another one for another password."""

from __future__ import annotations

import bcrypt
import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.filter.bcrypt_hash import bcrypt_hash


def test_a_hash_is_one_of_the_password() -> None:
    assert bcrypt.checkpw(b"correct horse", bcrypt_hash("correct horse").encode())


def test_a_known_hash_is_kept() -> None:
    known = bcrypt_hash("correct horse")
    assert bcrypt_hash("correct horse", known) == known


def test_another_password_gets_another_hash() -> None:
    known = bcrypt_hash("correct horse")
    assert bcrypt.checkpw(b"another one", bcrypt_hash("another one", known).encode())


@pytest.mark.parametrize("known", ["", "no hash", "$2b$"])
def test_what_is_no_hash_is_replaced(known: str) -> None:
    assert bcrypt.checkpw(b"correct horse", bcrypt_hash("correct horse", known).encode())


@pytest.mark.parametrize("length", [0, 73])
def test_a_length_that_bcrypt_does_not_take_is_refused(length: int) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        bcrypt_hash("x" * length)
    assert error.value.message == (
        f"the password has {length} bytes, and bcrypt takes 1 to 72: give another"
    )


def test_with_a_seed_it_is_always_the_same() -> None:
    first = bcrypt_hash("correct horse", seed="node_exporter@a")
    assert first == bcrypt_hash("correct horse", seed="node_exporter@a")
    assert first != bcrypt_hash("correct horse", seed="node_exporter@b")


@given(st.text(min_size=1, max_size=8))
@settings(max_examples=5, deadline=None)  # each costs two hashes
def test_whatever_the_seed_is_the_password_holds(seed: str) -> None:
    assert bcrypt.checkpw(b"correct horse", bcrypt_hash("correct horse", seed=seed).encode())
