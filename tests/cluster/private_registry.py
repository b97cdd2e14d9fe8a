"""A registry with one account in the bed's network, with one image in it.

It listens on the loopback of that network: containerd takes it there without TLS, with its usual
configuration. Run as a program it is the registry: the password comes by standard input, the
address and every answer go to standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ansible_collections.stratum.platform.tests.unit.release.registry_server import RegistryServer
from testbed.cluster import Cluster
from testbed.images import Image

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "private/app"


@dataclass(frozen=True)
class Asked:
    """A request: what for, by which account, and whether it was let in."""

    path: str
    user: str
    status: int


@dataclass
class PrivateRegistry:
    """`image` is how pods name what it holds; `asked` is all that it was asked so far."""

    host: str
    image: str
    asked: list[Asked] = field(default_factory=list)

    def follow(self, lines: IO[str]) -> None:
        self.asked += (Asked(**json.loads(line)) for line in iter(lines.readline, ""))

    def served(self) -> set[str]:
        """The accounts that got the image's manifest."""
        return {a.user for a in self.asked if "/manifests/" in a.path and a.status == 200}

    def refused(self) -> set[str]:
        """The accounts, empty for none, that did not get it."""
        return {a.user for a in self.asked if "/manifests/" in a.path and a.status == 401}


@contextmanager
def private_registry(
    cluster: Cluster, image: Image, user: str, password: str
) -> Iterator[PrivateRegistry]:
    """The registry while it runs; afterwards the node does not know its image any more."""
    namespace = f"--net={cluster.layout.network_namespace}"
    command = ["nsenter", namespace, sys.executable, __file__, str(image.archive), user]
    path = os.pathsep.join([str(ROOT / ".collections"), str(Path(__file__).parent)])
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(f"{password}\n")
        process.stdin.flush()
        host = process.stdout.readline().strip()
        found = PrivateRegistry(host, f"{host}/{REPOSITORY}@{image.digest}")
        follower = threading.Thread(target=found.follow, args=[process.stdout])
        follower.start()
        try:
            yield found
        finally:
            process.stdin.close()
            follower.join()
            cluster.forget(found.image)


def main(archive: str, user: str) -> None:
    """Serve until standard input ends."""

    def tell(path: str, who: str, status: int) -> None:
        print(json.dumps({"path": path, "user": who, "status": status}), flush=True)

    with RegistryServer(user, sys.stdin.readline().strip(), tell) as server:
        _fill(server, Path(archive))
        print(server.host, flush=True)
        sys.stdin.read()


def _fill(server: RegistryServer, archive: Path) -> None:
    with tarfile.open(archive) as tar:
        blobs = {
            f"sha256:{Path(member.name).name}": file.read()
            for member in tar
            if member.name.startswith("blobs/") and (file := tar.extractfile(member))
        }
        index = tar.extractfile("index.json")
        assert index
        manifest = json.load(index)["manifests"][0]
    server.blobs.update(blobs)
    server.kinds[manifest["digest"]] = manifest["mediaType"]
    server.manifests[REPOSITORY, manifest["digest"]] = blobs[manifest["digest"]]


if __name__ == "__main__":
    main(*sys.argv[1:])
