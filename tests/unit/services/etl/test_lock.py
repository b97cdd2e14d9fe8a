"""One loader at a time."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stratum.etl.errors import EtlError
from stratum.etl.lock import only_loader

HOLDER = """
import sys
from pathlib import Path
from stratum.etl.lock import only_loader
with only_loader(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_loader_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    with only_loader(tmp_path), pytest.raises(EtlError) as refusal, only_loader(tmp_path):
        pass
    assert str(refusal.value) == (
        f"{tmp_path}/etl.lock: another loader is at work; end it first, or let it do the work"
    )
    with only_loader(tmp_path):
        pass


def test_a_killed_loader_leaves_no_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGKILL)
    with only_loader(tmp_path):
        pass
