"""HTTP to one API server: pooled connections, bounded patience with one that restarts."""

from __future__ import annotations

import json
import random
import socket
import ssl
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError, NewConnectionError, SSLError

from .access import Access
from .explain import explain
from .problem import AccessError, ConnectionLost, KubeError, Unreachable

CONNECTIONS = 8
CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
FIRST_PATIENCE_SECONDS = 5.0  # with a server that has not answered yet
PATIENCE_SECONDS = 60.0  # with one that has: it restarts
REFUSED = 429  # and surely not done
PASSING = (REFUSED, 502, 503, 504)
Json = dict[str, Any]
Opened = Callable[[Callable[[], None]], None]


class Transport:
    """Requests to one API server. May be used by several threads."""

    def __init__(self, access: Access, renew: Callable[[], Access]) -> None:
        self._access = access
        self._renew = renew
        self._pool = _pool(access)
        self._answered = False
        self._skew = 0.0

    @property
    def server(self) -> str:
        """The API server's address."""
        return self._access.server

    def now(self) -> float:
        """The API server's time, in seconds since the epoch: machines' clocks differ."""
        return time.time() + self._skew

    def request(
        self,
        method: str,
        path: str,
        where: str,
        query: dict[str, str] | None = None,
        body: Json | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        kind: str = "",
        repeatable: bool = True,
    ) -> bytes:
        """The answer's body.

        Args:
            where: what is asked for, for messages.
            kind: of the object sent, for messages.
            repeatable: whether the request may be sent again when its answer was lost.
        """
        headers = {"Accept": accept}
        data = None
        if body is not None:
            headers["Content-Type"] = content_type
            data = json.dumps(body, separators=(",", ":")).encode()
        url = self._url(path, query)
        answer = self._patiently(method, url, headers, data, where, repeatable)
        if answer.status == 401 and self._renewed():
            answer = self._patiently(method, url, headers, data, where, repeatable)
        if answer.status >= 400:
            raise explain(answer.status, answer.data, self._place(answer.status, where), kind)
        return answer.data

    def lines(
        self,
        path: str,
        where: str,
        query: dict[str, str],
        seconds: float,
        opened: Opened | None = None,
    ) -> Iterator[Json]:
        """The JSON lines of a streamed answer, as they come."""
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds + 10)
        url, headers = self._url(path, query), {"Accept": "application/json"}
        try:
            answer = self._open("GET", url, headers, None, timeout, stream=True)
            if answer.status >= 400:
                raise explain(answer.status, answer.read(), self._place(answer.status, where))
            if opened is not None:
                opened(lambda: _end(answer))
            yield from _split(answer)
        except HTTPError as error:
            raise self._lost(where, error) from error
        except ValueError as error:  # a line that was cut off in the middle
            raise self._lost(where, error) from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _patiently(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        data: bytes | None,
        where: str,
        repeatable: bool,
    ) -> urllib3.BaseHTTPResponse:
        end = time.monotonic() + (PATIENCE_SECONDS if self._answered else FIRST_PATIENCE_SECONDS)
        pause = 0.05
        while True:
            try:
                answer = self._open(
                    method,
                    url,
                    headers,
                    data,
                    urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
                )
            except SSLError as error:
                raise self._untrusted(error) from error
            except HTTPError as error:
                sent = not isinstance(error, NewConnectionError)
                if time.monotonic() >= end or (sent and not repeatable):
                    raise self._unreachable(where, error) from error
            else:
                passing = answer.status in PASSING if repeatable else answer.status == REFUSED
                if not passing or time.monotonic() >= end:
                    return answer
                pause = max(pause, min(_retry_after(answer), 5.0))
            time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  (spreads the threads)
            pause = min(2.0, pause * 1.6)

    def _open(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        data: bytes | None,
        timeout: urllib3.Timeout,
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        answer = self._pool.request(
            method,
            url,
            headers={**headers, **self._access.headers},
            body=data,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=not stream,
        )
        self._answered = True
        if "Date" in answer.headers:
            date = parsedate_to_datetime(answer.headers["Date"])
            self._skew = date.timestamp() - time.time()
        return answer

    def _url(self, path: str, query: dict[str, str] | None) -> str:
        return f"{self._access.server}{path}{f'?{urlencode(query)}' if query else ''}"

    def _renewed(self) -> bool:
        """Whether logging in again gives other credentials than those that were refused."""
        fresh = self._renew()
        if fresh == self._access:
            return False
        self._access, self._pool = fresh, _pool(fresh)
        return True

    def _place(self, code: int, where: str) -> str:
        return self._access.where if code == 401 else where

    def _untrusted(self, error: Exception) -> KubeError:
        return AccessError(
            f"the certificate of {self.server} or that of the account is not accepted: "
            f"{_said(error)}",
            self._access.where,
            "give the kubeconfig of this cluster, with its certificate authority",
        )

    def _unreachable(self, where: str, error: Exception) -> Unreachable:
        return Unreachable(
            f"the API server {self.server} does not answer: {_said(error)}",
            where if self._answered else self._access.where,
            "check that the cluster runs and that the kubeconfig names its address",
        )

    def _lost(self, where: str, error: Exception) -> ConnectionLost:
        return ConnectionLost(f"the connection ended: {_said(error)}", where, "list again")


def _pool(access: Access) -> urllib3.PoolManager:
    host = urlsplit(access.server)
    if host.scheme not in ("http", "https") or not host.hostname:
        raise AccessError(
            f"{access.server!r} is no address of an API server",
            access.where,
            "write it as https://host:port",
        )
    options: dict[str, Any] = {"maxsize": CONNECTIONS, "num_pools": 2}
    if host.scheme == "https":
        options["ssl_context"] = tls(access)
        if access.server_name:
            options["server_hostname"] = access.server_name
            options["assert_hostname"] = access.server_name
    proxy = access.proxy or _proxy_of_the_environment(host.scheme, host.hostname)
    if not proxy:
        return urllib3.PoolManager(**options)
    try:
        return urllib3.ProxyManager(proxy, **options)
    except (LocationValueError, HTTPError) as error:
        raise AccessError(
            f"the proxy {proxy!r} cannot be used: {error}", access.where, "use an HTTP proxy"
        ) from error


def _proxy_of_the_environment(scheme: str, host: str) -> str | None:
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return None
    if urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(scheme)


def tls(access: Access) -> ssl.SSLContext:
    """What a connection to an API server is secured with."""
    try:
        context = ssl.create_default_context(
            cadata=access.authority.decode() if access.authority else None
        )
        if not access.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if access.certificate and access.key:
            # OpenSSL reads these only from files: one of mode 0600, for this moment.
            with tempfile.NamedTemporaryFile() as file:
                Path(file.name).write_bytes(access.certificate + b"\n" + access.key)
                context.load_cert_chain(file.name)
    except (ssl.SSLError, UnicodeDecodeError) as error:
        raise AccessError(
            f"a certificate in it cannot be read: {error}",
            access.where,
            "write the kubeconfig anew",
        ) from error
    return context


def _end(answer: urllib3.BaseHTTPResponse) -> None:
    """Wake the thread that reads: closing a socket would leave it waiting, ending it does not."""
    tls_or_plain = getattr(answer.connection, "sock", None)
    if tls_or_plain is not None:
        with suppress(OSError):
            socket.socket.shutdown(tls_or_plain, socket.SHUT_RDWR)


def _split(answer: urllib3.BaseHTTPResponse) -> Iterator[Json]:
    rest = b""
    for chunk in answer.stream(1 << 16):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            if line:
                yield json.loads(line)


def _retry_after(answer: urllib3.BaseHTTPResponse) -> float:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else 0.0


def _said(error: Exception) -> str:
    """The operating system's words, without the library's objects around them."""
    cause: BaseException = error
    while cause.__cause__ is not None or getattr(cause, "reason", None) is not None:
        inner = cause.__cause__ or getattr(cause, "reason", None)
        if not isinstance(inner, BaseException):
            break
        cause = inner
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause).rpartition(": ")[2] or type(cause).__name__
