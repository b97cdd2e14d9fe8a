"""The one error of the test machines."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence


class BedError(Exception):
    """What the bed cannot do; the message says what and how to mend it."""


def run(command: Sequence[str], *, stdin: str = "", check: bool = True) -> str:
    """Run a command to its end; gives what it printed.

    Raises:
        BedError: it failed, with the end of what it said.
    """
    done = subprocess.run(list(command), input=stdin, capture_output=True, text=True, check=False)
    if check and done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise BedError(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return done.stdout
