"""Runs the pipeline's installation with act, onto a test machine that SSH reaches.

    pipeline.py          # as root

A key that is not let in, then a component of the last tier that cannot be installed, then the cure,
then once more: each run must end as it should, with the cause in the first lines of the summary.
The tests that go before an installation on GitHub are left out: `make act` runs those.
"""

from __future__ import annotations

import os
import sys

from hosts import hosts, stranger
from workflow import Run, UnexpectedError

# A folder where the unit's file is to be written: the last tier's component cannot be installed.
OBSTACLE = "/etc/systemd/system/stratum-console.service"
INPUTS = {"environment": "production", "place": "machine", "plan_only": False}


def main() -> int:
    """The scenario."""
    with hosts("p") as (host,):
        wrong = {**host.secrets(), "SSH_PRIVATE_KEY": stranger()}
        cause = f"### production: the machine cannot be used: admin@{host.address}: "
        deployment(wrong).must_be_red("a key that is not let in", f"{cause}Permission denied")
        host.run(f"mkdir -p {OBSTACLE}")
        causes = ("### 1 of 5 failed: console@host", "**console@host**: ")
        deployment(host.secrets()).must_be_red("a component that fails", *causes)
        host.run(f"rmdir {OBSTACLE}")
        for what in ("the cure", "once more"):
            deployment(host.secrets()).must_be_green(what, "### All 5 are well")
    return 0


def deployment(secrets: dict[str, str]) -> Run:
    """The pipeline, of which act runs the installation."""
    return Run("pipeline.yml", "deploy", INPUTS, secrets)


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("test machines need root: run it as root")
    try:
        sys.exit(main())
    except UnexpectedError as error:
        sys.exit(str(error))
