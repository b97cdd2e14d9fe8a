"""python -m tests.hardening: render the products, look at them, tell what has no reason."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from tests.hardening.checkov import findings
from tests.hardening.findings import Finding, excuses, faults
from tests.hardening.render import ENVIRONMENTS, HERE, RenderError, render

from testbed.build import binary


def main() -> int:
    known = excuses(yaml.safe_load((HERE / "exceptions.yml").read_text("utf-8")))
    found: list[Finding] = []
    try:
        for environment in sorted(ENVIRONMENTS.glob("*.yml")):
            with tempfile.TemporaryDirectory() as folder:
                rendered = render(environment, Path(folder), binary("helm"))
                files = len(list(rendered.iterdir()))
                seen = findings(rendered)
            print(f"{environment.stem}: {files} releases, {len(seen)} findings")
            found += seen
    except (RenderError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    wrong = faults(found, known)
    print("\n".join(wrong) or f"no finding without a reason, and {len(known)} reasons are needed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
