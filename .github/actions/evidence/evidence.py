"""Copies what explains a run out of a state directory, and nothing that is secret.

    evidence.py .stratum/demo FOLDER

Only files of known kinds are copied; a line in which the value of a secret appears is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

# Patterns of files that hold no secret by their contract; what fits none stays behind.
KINDS = (
    "product.json",
    "current.json",
    "journal/*.jsonl",
    "records/*.json",
    "supervisor/supervisord.log",
    "components/*/log/*",
)
LEFT_OUT = "(a line with a secret was left out)"


def collect(state: Path, target: Path) -> list[str]:
    """Copy the evidence; gives the names of the files."""
    secrets = [value for value in _secrets(state) if value]
    names = []
    for path in _files(state):
        name = path.relative_to(state).as_posix()
        lines = path.read_bytes().splitlines()
        clean = [LEFT_OUT.encode() if _has(line, secrets) else line for line in lines]
        copied = target / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(b"\n".join(clean) + b"\n")
        names.append(name)
    return names


def _files(state: Path) -> Iterator[Path]:
    for kind in KINDS:
        for path in sorted(state.glob(kind)):
            if path.is_file() and not path.is_symlink():
                yield path


def _secrets(state: Path) -> list[bytes]:
    folder = state / "secrets"
    return [path.read_bytes().strip() for path in sorted(folder.glob("*")) if path.is_file()]


def _has(line: bytes, secrets: list[bytes]) -> bool:
    return any(secret in line for secret in secrets)


if __name__ == "__main__":
    for copied_name in collect(Path(sys.argv[1]), Path(sys.argv[2])):
        print(copied_name)
