"""The command line's refusals."""

from __future__ import annotations

import os

import pytest

from machines.command import main


def test_without_root_it_says_so_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["up", "a"]) == 1
    assert capsys.readouterr().err == (
        "error: the test machines need root, because they boot containers and make network links: "
        "run this as root\n"
    )


@pytest.mark.parametrize("name", ["", "A", "a/b", "1a", "a" * 6])
def test_a_name_that_could_not_name_a_machine_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["up", name]) == 1
    assert capsys.readouterr().err == (
        f"error: {name!r} is no name: use one to five small letters and digits\n"
    )
