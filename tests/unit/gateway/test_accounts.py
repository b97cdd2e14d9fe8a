"""Hashes of accounts: kept as long as they hold, each by its user."""

from __future__ import annotations

import bcrypt

from ansible_collections.stratum.platform.plugins.module_utils.gateway import accounts


def test_hashes_that_hold_are_kept_and_others_are_made() -> None:
    first = accounts.all_hashed({"writer": "one password", "reader": "another one"}, "")
    changed = {"writer": "one password", "reader": "a third one"}
    second = accounts.all_hashed(changed, accounts.write(first))
    assert second["writer"] == first["writer"]
    assert bcrypt.checkpw(b"a third one", second["reader"].encode())


def test_what_is_written_is_read_again() -> None:
    hashes = {"writer": "$2b$10$one", "reader": "$2b$10$two"}
    text = accounts.write(hashes)
    assert text == "reader $2b$10$two\nwriter $2b$10$one\n"
    assert accounts.read(text) == hashes


def test_lines_that_are_none_are_passed_over() -> None:
    assert accounts.read("writer\n\nreader $2b$10$two\na b c\n") == {"reader": "$2b$10$two"}
