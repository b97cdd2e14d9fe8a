"""Runs one workflow with act on this machine itself, as a user of GitHub starts it by hand.

What its steps write into the summary of the job is kept, step after step, as GitHub shows it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACT = Path(sys.executable).with_name("act")
WORKFLOWS = ROOT / ".github" / "workflows"
# Of the shell of each step: act empties the file of the summary before the next one, and leaves its
# copy of the checkout behind. What a step starts itself does none of this.
AT_THE_END = """unset BASH_ENV
trap 'cat "$GITHUB_STEP_SUMMARY" >> "$SUMMARY"; : > "$GITHUB_STEP_SUMMARY"' EXIT
echo "${GITHUB_STEP_SUMMARY%/act/workflow/*}" >> "$SUMMARY.places"
"""


class UnexpectedError(Exception):
    """A run did not end as it must; the message says what was seen."""


@dataclass(frozen=True)
class Run:
    """What one run is started with; `environment` is what a runner of one's own has."""

    workflow: str
    job: str
    inputs: Mapping[str, object]
    secrets: Mapping[str, str]
    variables: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def must_be_red(self, what: str, *beginning: str) -> None:
        """It fails, and the summary begins with these lines."""
        status, summary = self._start(what)
        lines = [line for line in summary.splitlines() if line]
        if status == 0 or not _begin(lines, beginning):
            raise UnexpectedError(f"{what}: exit code {status}, and the summary is\n{summary}")

    def must_be_green(self, what: str, *said: str) -> str:
        """It succeeds, and the summary has these lines; gives the summary."""
        status, summary = self._start(what)
        lines = summary.splitlines()
        if status != 0 or not all(any(line.startswith(each) for line in lines) for each in said):
            raise UnexpectedError(f"{what}: exit code {status}, and the summary is\n{summary}")
        return summary

    def _start(self, what: str) -> tuple[int, str]:
        print(f"== {what}", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            status, log = _printed(self._command(Path(folder)))
            file = Path(folder, "summary")
            summary = file.read_text("utf-8") if file.exists() else ""
            _remove_copies(file.with_suffix(".places"))
        print(f"== {what}: {time.monotonic() - started:.0f} s", flush=True)
        if shown := [name for name, text in self._hidden().items() if text in log + summary]:
            raise UnexpectedError(f"{what}: the log or the summary shows {', '.join(shown)}")
        return status, summary

    def _hidden(self) -> dict[str, str]:
        """What must be nowhere: of a key its second line, of a password all of it."""
        keys = {n: t.splitlines()[1] for n, t in self.secrets.items() if n.endswith("PRIVATE_KEY")}
        return keys | {n: t for n, t in self.secrets.items() if n.endswith("PASSWORD")}

    def _command(self, folder: Path) -> list[str]:
        files = {
            "event": json.dumps({"inputs": dict(self.inputs)}),
            # Its form is that of .env files, in which a quoted value may hold line ends.
            "secrets": "".join(f"{n}={json.dumps(text)}\n" for n, text in self.secrets.items()),
            "bash": AT_THE_END,
        }
        for name, text in files.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(text, "utf-8")
        environment = {
            **self.environment,
            "BASH_ENV": str(folder / "bash"),
            "SUMMARY": str(folder / "summary"),
        }
        return [
            *(str(ACT), "workflow_dispatch", f"--workflows={WORKFLOWS / self.workflow}"),
            *(f"--job={self.job}", f"--eventpath={folder / 'event'}"),
            *(f"--secret-file={folder / 'secrets'}", "--no-cache-server"),
            *("--platform=ubuntu-latest=-self-hosted", "--concurrent-jobs=1"),
            *(f"--var={name}={_text(value)}" for name, value in self.variables.items()),
            *(f"--env={name}={value}" for name, value in environment.items()),
        ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _begin(lines: list[str], wanted: tuple[str, ...]) -> bool:
    return len(lines) >= len(wanted) and all(
        line.startswith(each) for line, each in zip(lines, wanted, strict=False)
    )


def _remove_copies(places: Path) -> None:
    """Each is a folder of act's, named by a number of its own."""
    for place in set(places.read_text("utf-8").splitlines()) if places.exists() else ():
        if Path(place).parent.name == "act":
            shutil.rmtree(place, ignore_errors=True)


def _printed(command: list[str]) -> tuple[int, str]:
    """Run it and show what it prints; gives its exit code and that."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        lines.append(line)
    return process.wait(), "".join(lines)
