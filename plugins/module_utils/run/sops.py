"""Decrypts a file with the program SOPS, which finds keys as it is set up to: age, PGP, a KMS."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .given import DecryptError

PROGRAM = "sops"
SECONDS = 120.0


def decrypt(path: Path, program: str = PROGRAM) -> str:
    """The content of a file as JSON.

    Raises:
        DecryptError: SOPS is not installed, or it cannot; with what it says.
    """
    found = shutil.which(program)
    if found is None:
        raise DecryptError(
            f"it is decrypted with the program `{program}`, which is not on the PATH",
            "install SOPS (https://getsops.io) on the machine that runs Ansible",
        )
    command = [found, "--decrypt", "--output-type", "json", str(path)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise DecryptError(
            f"SOPS has not decrypted it within {SECONDS:.0f} s",
            f"see what `sops --decrypt {path}` waits for",
        ) from None
    if done.returncode:
        raise DecryptError(
            f"SOPS cannot decrypt it: {_said(done.stderr)}",
            "give SOPS a key that the file was encrypted for, such as SOPS_AGE_KEY_FILE=<file>",
        )
    return done.stdout.decode(errors="replace")


def _said(output: bytes) -> str:
    """Its message as one line: SOPS explains a failure over many."""
    words = output.decode(errors="replace").split()
    text = " ".join(words) or "it says nothing"
    return text if len(text) <= 300 else f"{text[:297]}..."
