"""The start-up test on the real engine: chDB opens one path a process, so each has its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from stratum.warehouse import selftest
from stratum.warehouse.engine import Engine
from stratum.warehouse.errors import WarehouseError

engine = Engine(Path(sys.argv[1]), "stratum")
selftest.WINDOW = int(sys.argv[2])
try:
    selftest.check_deduplication(engine)
except WarehouseError as error:
    print(error)
print(bytes(engine._anchor.query("SHOW DATABASES", "TSV").bytes()).decode().split())
"""
DATABASES = "['INFORMATION_SCHEMA', 'default', 'information_schema', 'stratum', 'system']"


def run(folder: Path, window: int) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(window)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_an_engine_that_remembers_tokens_passes_and_keeps_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, 100) == [DATABASES]


def test_an_engine_that_forgets_tokens_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, 0) == [
        "a replayed insert gave 3 then 6 then 9 rows instead of 3 then 3 then 6; this version of "
        "the engine cannot load exactly once; install another chdb",
        DATABASES,
    ]
