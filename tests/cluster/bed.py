#!/usr/bin/env python3
"""A real Kubernetes for the tests: `bed.py up`, `bed.py down`; `bed.py --help` lists the rest."""

from __future__ import annotations

import sys

from testbed.cli import main

if __name__ == "__main__":
    sys.exit(main())
