"""checkov in a virtual environment of its own, kept until its requirement changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

from tests.hardening.findings import Finding, told

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "hardening.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "stratum" / "venvs"
# The rules are those that came with it: nothing is fetched, and nothing is sent.
OPTIONS = ["--framework", "kubernetes", "--output", "json", "--compact", "--quiet", "--soft-fail"]


def program() -> Path:
    """The program; installed where it is not there yet."""
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    folder = CACHE / "hardening"
    made = folder / "made-of"
    if not made.is_file() or made.read_text("utf-8") != stamp:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        made.write_text(stamp, "utf-8")
    return folder / "bin" / "checkov"


def findings(folder: Path) -> list[Finding]:
    """What it finds in the manifests of a folder."""
    command = [str(program()), *OPTIONS, "--skip-download", "--directory", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return told(json.loads(done.stdout))
