"""A program as its roles describe it, and its section in supervisord's configuration."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# A line break begins another key, and what follows a space and one of these is a comment.
UNWRITABLE = re.compile(r"[\r\n]|\s[;#]")


class ServiceError(Exception):
    """A service manager cannot do what was asked; the message says what, `evidence` shows it."""

    def __init__(self, message: str, evidence: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.evidence = tuple(evidence)


class SupervisorError(ServiceError):
    """supervisord cannot do what was asked; the message says what and where its log is."""


@dataclass(frozen=True)
class Program:
    """What one instance runs.

    Args:
        name: the instance's name.
        command: program and arguments.
        directory: its working directory.
        log: file for its standard output and error; systemd keeps it in the journal.
        environment: variables added to the service manager's own; never a secret.
        stop_seconds: how long it may take to end after SIGTERM.
        user: account that it runs as; supervisord runs everything as its own.
        owner: the product and environment that it belongs to.
        credentials: names to the files of secrets that systemd hands to it.
        confinement: systemd directives that differ from those every unit has.
    """

    name: str
    command: Sequence[str]
    directory: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: int = 30
    user: str = ""
    owner: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict)
    confinement: Mapping[str, str] = field(default_factory=dict)


def section(program: Program) -> str:
    """The program's section of the configuration.

    Raises:
        SupervisorError: the format cannot hold one of its values.
    """
    environment = ",".join(
        f'{key}="{_variable(program, key)}"' for key in sorted(program.environment)
    )
    command = shlex.join([*_ends_with_supervisord(), *program.command])
    return f"""[program:{program.name}]
command={_value(program, "its command", command)}
directory={_value(program, "its directory", program.directory)}
environment={environment}
autostart=false
autorestart=true
startsecs=1
startretries=10
stopsignal=TERM
stopwaitsecs={program.stop_seconds}
stopasgroup=false
killasgroup=true
redirect_stderr=true
stdout_logfile={_value(program, "its log", program.log)}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""


def escape(value: object) -> str:
    """supervisord expands `%`; a value that holds one must double it."""
    return str(value).replace("%", "%%")


def _variable(program: Program, key: str) -> str:
    value, what = program.environment[key], f"its environment variable {key}"
    if '"' in value:
        raise SupervisorError(f"{program.name}: {what} holds a double quote; give it without one")
    return _value(program, what, value)


def _value(program: Program, what: str, value: object) -> str:
    if UNWRITABLE.search(str(value)):
        raise SupervisorError(
            f"{program.name}: {what} holds a line break, or a ; or # after a space, which "
            "supervisord would not read as part of it; give it without"
        )
    return escape(value)


def _ends_with_supervisord() -> list[str]:
    """A prefix by which a program gets SIGTERM when supervisord is killed.

    Otherwise it would live on, hold its port and its data, and nobody could reach it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
