"""The gateway as a client of another machine uses it: TLS by its own authority, a user a right."""

from __future__ import annotations

import json
import ssl
import time
import urllib.parse
from typing import Any

import httpx

from machines.scenario import Scenario


class Gateway:
    """Pushes and queries; `scenario` has its address, authority and passwords."""

    def __init__(self, scenario: Scenario) -> None:
        self._outputs = scenario.record("data_gateway")["outputs"]
        self._secret = scenario.secret
        authority = self._outputs["ca_certificate"]
        self._tls = ssl.create_default_context(cadata=authority)

    def ask(
        self, path: str, user: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, str]:
        """The status and the text of an answer."""
        password = self._secret(f"data_gateway.{user}_password")
        # It also reads an answer that came before all of the body was sent: too large, says one.
        with httpx.Client(verify=self._tls, auth=(user, password), timeout=20) as client:
            try:
                answer = client.request(
                    "GET" if body is None else "POST",
                    self._outputs["url"] + path,
                    content=body,
                    headers={"Content-Type": kind},
                )
            except httpx.TransportError as error:
                return 0, str(error)
        return answer.status_code, answer.text

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query; none where the answer is not a good one."""
        words = urllib.parse.urlencode({"query": expression})
        status, text = self.ask(f"/api/v1/query?{words}", "reader")
        return list(json.loads(text)["data"]["result"]) if status == 200 else []

    def push_line(self, line: str) -> int:
        """Push a line of a log; the status of the answer."""
        values = [[str(time.time_ns()), line]]
        body = {"streams": [{"stream": {"job": "tested"}, "values": values}]}
        return self.ask("/loki/api/v1/push", "writer", json.dumps(body).encode())[0]
