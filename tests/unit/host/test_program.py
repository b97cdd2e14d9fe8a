"""A program's section of supervisord's configuration, and what it cannot hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.program import (
    Program,
    SupervisorError,
    section,
)

PROGRAM = Program("etl@local", ["/bin/etl", "watch"], Path("/data"), Path("/log/etl.log"))


def test_the_same_program_has_the_same_section_whatever_the_order_of_its_environment() -> None:
    one = section(replace(PROGRAM, environment={"A": "1", "B": "2"}))
    assert one == section(replace(PROGRAM, environment={"B": "2", "A": "1"}))
    assert 'environment=A="1",B="2"\n' in one


def test_percent_signs_are_doubled() -> None:
    assert "directory=/100%%\n" in section(replace(PROGRAM, directory=Path("/100%")))


@pytest.mark.parametrize(
    ("program", "what"),
    [
        (replace(PROGRAM, command=["/bin/etl", "a ;b"]), "its command"),
        (replace(PROGRAM, command=["/bin/etl", "a\nb"]), "its command"),
        (replace(PROGRAM, directory=Path("/a #b")), "its directory"),
        (replace(PROGRAM, log=Path("/a #b")), "its log"),
        (replace(PROGRAM, environment={"KEY": "a\rb"}), "its environment variable KEY"),
    ],
    ids=["comment", "line break", "directory", "log", "environment"],
)
def test_what_supervisord_would_misread_is_refused(program: Program, what: str) -> None:
    with pytest.raises(SupervisorError) as error:
        section(program)
    assert str(error.value) == (
        f"etl@local: {what} holds a line break, or a ; or # after a space, which supervisord "
        "would not read as part of it; give it without"
    )


def test_a_double_quote_in_the_environment_is_refused() -> None:
    with pytest.raises(SupervisorError) as error:
        section(replace(PROGRAM, environment={"KEY": 'say "a"'}))
    assert str(error.value) == (
        "etl@local: its environment variable KEY holds a double quote; give it without one"
    )
