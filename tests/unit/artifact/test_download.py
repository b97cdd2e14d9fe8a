"""Downloads from a real HTTP server on loopback."""

from __future__ import annotations

import hashlib
import io
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.client import HTTPMessage
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.artifact.download import (
    Redirects,
    fetch,
)
from ansible_collections.stratum.platform.plugins.module_utils.artifact.problem import ArtifactError

CONTENT = b"kind: Namespace\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
CURE = "correct the address, or put the file where this machine reaches it (file:// works too)"


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder; /to/<address> leads there, /short promises more than it sends."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(CONTENT)
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def address(tmp_path: Path, asked: list[str]) -> Iterator[str]:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "objects.yaml").write_bytes(CONTENT)
    handler = type("Recording", (Handler,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_once(address: str, asked: list[str], tmp_path: Path) -> None:
    first = fetch(f"{address}/objects.yaml", DIGEST, tmp_path / "cache")
    second = fetch(f"{address}/objects.yaml", f"sha256:{DIGEST.upper()}", tmp_path / "cache")
    assert first == second == tmp_path / "cache" / DIGEST / "objects.yaml"
    assert first.read_bytes() == CONTENT
    assert asked == ["/objects.yaml"]


def test_a_kept_file_that_was_changed_is_fetched_again(address: str, tmp_path: Path) -> None:
    fetch(f"{address}/objects.yaml", DIGEST, tmp_path).write_text("changed")
    assert fetch(f"{address}/objects.yaml", DIGEST, tmp_path).read_bytes() == CONTENT


def test_a_local_file_is_taken_by_its_address(tmp_path: Path) -> None:
    (tmp_path / "objects.yaml").write_bytes(CONTENT)
    url = (tmp_path / "objects.yaml").as_uri()
    assert fetch(url, DIGEST, tmp_path / "cache").read_bytes() == CONTENT


def test_another_content_is_an_error_with_both_digests_and_nothing_is_kept(
    address: str, tmp_path: Path
) -> None:
    wanted = "0" * 64
    message = _error(f"{address}/objects.yaml", wanted, tmp_path)
    assert message == (
        f"{address}/objects.yaml: its sha256 is {DIGEST}, not {wanted}\n"
        "  find out why it changed; if the new one is right, write its sha256"
    )
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and "served" not in str(path)
    ] == []


def test_an_answer_that_is_cut_off_says_so(address: str, tmp_path: Path) -> None:
    message = _error(f"{address}/short", DIGEST, tmp_path)
    assert message == f"{address}/short: it was cut off after 16 of 100 bytes\n  {CURE}"


def test_a_missing_file_says_what_the_server_answered(address: str, tmp_path: Path) -> None:
    message = _error(f"{address}/none?token=abc", DIGEST, tmp_path)
    assert message == f"{address}/none: the server answers 404 File not found\n  {CURE}"


def test_a_server_that_is_not_there_says_so(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}/objects.yaml"
    server.server_close()
    message = _error(url, DIGEST, tmp_path)
    assert message == f"{url}: it cannot be fetched: Connection refused\n  {CURE}"


def test_a_server_may_lead_to_another_address(address: str, tmp_path: Path) -> None:
    url = f"{address}/to/{address}/objects.yaml"
    assert fetch(url, DIGEST, tmp_path).read_bytes() == CONTENT


def test_a_server_may_not_lead_to_another_protocol(address: str, tmp_path: Path) -> None:
    url = f"{address}/to/ftp://example.org/a"
    assert _error(url, DIGEST, tmp_path) == (
        f"{url}: the server leads to ftp://example.org/a\n  {CURE}"
    )


def test_a_server_may_not_lead_from_tls_to_plain_text() -> None:
    request = urllib.request.Request("https://example.org/a")
    target = "http://example.org/a?token=abc"
    with pytest.raises(ArtifactError) as caught:
        Redirects().redirect_request(request, io.BytesIO(), 302, "", HTTPMessage(), target)
    assert str(caught.value) == (
        f"https://example.org/a: the server leads to http://example.org/a\n  {CURE}"
    )


def test_a_missing_local_file_says_so(tmp_path: Path) -> None:
    url = (tmp_path / "none.yaml").as_uri()
    message = _error(url, DIGEST, tmp_path)
    assert message == f"{url}: it cannot be fetched: No such file or directory\n  {CURE}"


@pytest.mark.parametrize(
    ("url", "sha256", "message"),
    [
        (
            "ftp://example.org/a",
            DIGEST,
            "ftp://example.org/a: is not an address that can be fetched\n"
            "  write it as https://…, http://… or file:///…",
        ),
        (
            "https://user:word@example.org/a",
            DIGEST,
            "https://example.org/a: holds credentials\n"
            "  take the user and password out of the address: they would be shown and kept",
        ),
        (
            "https://example.org/a",
            "abc",
            "https://example.org/a: its sha256 is 'abc'\n"
            "  write the 64 hexadecimal digits that `sha256sum` prints",
        ),
    ],
    ids=["another scheme", "credentials", "no digest"],
)
def test_what_cannot_be_fetched_is_refused(
    url: str, sha256: str, message: str, tmp_path: Path
) -> None:
    assert _error(url, sha256, tmp_path) == message


def _error(url: str, sha256: str, folder: Path) -> str:
    with pytest.raises(ArtifactError) as caught:
        fetch(url, sha256, folder)
    return str(caught.value)
