#!/usr/bin/env python3
"""The command of the test machines; only the standard library, as root runs it.

python tests/machines/bed.py up a b | status | reboot a | down
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machines.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
