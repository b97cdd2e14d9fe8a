"""Asks the installed product from outside, through its public address, as its users do.

    smoke.py .stratum/production [--query 'up{machine="edge"} == 1'] [--seconds 180]

Where it is, whom to trust and the reader's password are what the installation recorded. What is
asked shows the whole way: a node's metrics have been scraped, pushed through the gateway, kept, and
are answered through it.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAUSE_SECONDS = 2.0
QUERY = "node_uname_info"


class SmokeError(Exception):
    """The product does not do from outside what it should; the message says what was seen."""


@dataclass(frozen=True)
class Door:
    """The gateway as a client knows it."""

    url: str
    authority: str
    password: str

    @classmethod
    def of(cls, state: Path) -> Door:
        """What the installation recorded."""
        try:
            record = json.loads((state / "records/data_gateway.json").read_text("utf-8"))
            password = (state / "secrets/data_gateway.reader_password").read_text("utf-8")
        except FileNotFoundError as error:
            raise SmokeError(f"{error.filename} is not there: no gateway was installed") from None
        outputs = record["outputs"]
        if not outputs["outside_url"]:
            raise SmokeError("the gateway has no address outside of its cluster: set `address`")
        return cls(outputs["outside_url"], outputs["ca_certificate"], password.strip())

    def get(self, path: str, *, signed_in: bool) -> tuple[int, bytes]:
        """The status and body of an answer."""
        request = urllib.request.Request(self.url + path)
        if signed_in:
            account = base64.b64encode(f"reader:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {account}")
        context = ssl.create_default_context(cadata=self.authority or None)
        try:
            with urllib.request.urlopen(request, timeout=20, context=context) as answer:
                return int(answer.status), bytes(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise SmokeError(f"{self.url} cannot be reached: {reason}") from None


def faults(door: Door, query: str) -> Iterator[str]:
    """What is not as it should be now; each is asked only where the one before was right."""
    status, _body = door.get("/healthz", signed_in=False)
    if status != 200:
        yield f"{door.url}/healthz answers {status}"
        return
    path = f"/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    status, _body = door.get(path, signed_in=False)
    if status != 401:
        yield f"who does not sign in is answered {status} and not 401"
    status, body = door.get(path, signed_in=True)
    if status != 200:
        yield f"the user reader is answered {status} to a query"
    elif not _samples(body):
        yield f"the query {query} finds nothing: no node's metrics have arrived"


def _samples(body: bytes) -> list[Any]:
    try:
        return list(json.loads(body)["data"]["result"])
    except (ValueError, KeyError, TypeError):
        raise SmokeError(f"a query is not answered as Prometheus does: {body[:200]!r}") from None


def wait(door: Door, query: str, seconds: float) -> None:
    """Ask until all is right.

    Raises:
        SmokeError: what was still wrong at the end.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            found = list(faults(door, query))
        except SmokeError as error:
            found = [str(error)]
        if not found:
            return
        if time.monotonic() >= end:
            raise SmokeError("; ".join(found))
        time.sleep(PAUSE_SECONDS)


def main(arguments: Sequence[str]) -> int:
    """Ask, and say what was seen, in the log and in the summary of the job."""
    parser = argparse.ArgumentParser(description="Ask the product through its public address.")
    parser.add_argument("state", type=Path)
    parser.add_argument("--query", default=QUERY, help="what must have arrived")
    parser.add_argument("--seconds", type=float, default=180.0)
    given = parser.parse_args(arguments)
    try:
        door = Door.of(given.state)
        wait(door, given.query, given.seconds)
    except SmokeError as error:
        print(f"::error title=Smoke test::{error}")
        _summarise(f"### The smoke test through the public address failed: {error}")
        return 1
    print(f"{door.url} answers: health, refusal of who does not sign in, and metrics of a node")
    _summarise(f"Smoke test: {door.url} answers, and has metrics of a node ({given.query}).")
    return 0


def _summarise(line: str) -> None:
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
