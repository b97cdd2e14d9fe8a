"""The gateway as a client of another machine uses it: TLS by its own authority, a user a right."""

from __future__ import annotations

import base64
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

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
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": kind}
        request = urllib.request.Request(self._outputs["url"] + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, context=self._tls, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

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
