"""`make browser-test`: the page tests against a console that is at work, or a loud word why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).parents[2]
RECORDS = PROJECT / ".stratum" / os.environ.get("ENVIRONMENT", "demo") / "records"


def recorded_url() -> str | None:
    """Where the installed console is, as its record says."""
    for record in sorted(RECORDS.glob("console@*.json")):
        url = json.loads(record.read_text(encoding="utf-8")).get("outputs", {}).get("url")
        if url:
            return str(url)
    return None


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


def main() -> int:
    url = os.environ.get("STRATUM_PAGE_URL") or recorded_url()
    if url is None or not answers(url):
        print("PAGE NOT TESTED IN A BROWSER: no console is at work; run `make demo` first")
        return 0
    command = [sys.executable, "-m", "pytest", "-q", "-m", "browser", "tests/browser"]
    environment = {**os.environ, "STRATUM_PAGE_URL": url}
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
