"""The role mysql's server as tests reach it on the cluster: over its Service, and in its pod."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.constants import CLIENT

from testbed.cluster import Cluster

COPIES = "/data/backups"
SOCKET = "/run/stratum-mysql/mariadb.sock"
POD = "mysql-0"


@dataclass(frozen=True)
class Database:
    """The Service `mysql` of a namespace, as one of its accounts."""

    cluster: Cluster
    namespace: str
    user: str
    password: str

    def ask(self, statements: str) -> str:
        """The rows of the last statement, a line each, columns parted by tabs."""
        spec = self._json("service", "mysql")["spec"]
        with pymysql.connect(
            host=spec["clusterIP"],
            port=spec["ports"][0]["port"],
            user=self.user,
            password=self.password,
            database="shop",
            autocommit=True,
            connect_timeout=10,
            client_flag=CLIENT.MULTI_STATEMENTS,
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(statements)
            while cursor.nextset():
                pass
            return "\n".join("\t".join(map(str, row)) for row in cursor.fetchall())

    def refused(self, statements: str) -> str:
        """In which words it refuses them."""
        try:
            self.ask(statements)
        except pymysql.MySQLError as error:
            return str(error)
        raise AssertionError(f"it was not refused: {statements}")

    def inside(self, statement: str) -> str:
        """What the account of the pod is told, over the socket."""
        client = f"mariadb --no-defaults --socket={SOCKET} --user=mysql --skip-column-names"
        return self.in_server(f"{client} --execute='{statement}'").strip()

    def in_server(self, command: str) -> str:
        return self._in("mysql", command)

    def begin_copies_anew(self) -> None:
        """As if those that there are were two days old."""
        self.in_server(f"touch --date='2 days ago' {COPIES}/*.sql.gz")
        self._in("copies", "kill -TERM 1")

    def copies(self) -> list[str]:
        """The names of the copies, the oldest first."""
        return sorted(self.in_server(f"ls {COPIES}").replace("partial", "").split())

    def copy(self, name: str) -> str:
        """What is in a copy."""
        return self.in_server(f"zcat {COPIES}/{name}")

    def read_back(self, name: str) -> None:
        """As the role's README says it."""
        client = f"mariadb --no-defaults --socket={SOCKET} --user=mysql"
        self.in_server(f"zcat {COPIES}/{name} | {client}")
        self.in_server(f"{client} --execute='FLUSH PRIVILEGES'")

    def pods(self) -> list[str]:
        """By uid: a pod of a StatefulSet has the same name after it was replaced."""
        uids = "--output=jsonpath={range .items[*]}{.metadata.uid} {end}"
        return sorted(self.cluster.kubectl("-n", self.namespace, "get", "pods", uids).split())

    def is_ready(self) -> bool:
        found = self._json("pod", POD)["status"].get("containerStatuses", [])
        return bool(found) and all(one["ready"] for one in found)

    def kill(self) -> None:
        """Without a word to the server; another pod takes its place."""
        words = ("-n", self.namespace, "delete", "pod", POD, "--grace-period=0", "--force")
        self.cluster.kubectl(*words)

    def _json(self, kind: str, name: str) -> dict[str, Any]:
        words = ("-n", self.namespace, "get", kind, name, "--output=json")
        return dict(json.loads(self.cluster.kubectl(*words)))

    def _in(self, container: str, command: str) -> str:
        words = ("-n", self.namespace, "exec", POD, f"--container={container}", "--")
        return self.cluster.kubectl(*words, "bash", "-c", command)
