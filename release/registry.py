"""The registry that images and charts are pushed to, and signing in there.

The password goes to the programs over standard input; what they remember of it lies in a folder of
its own, which is gone afterwards.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.tree import ReleaseError

PLACE = re.compile(r"[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9._-]+)*")
NAMES = ("HELM_REPO_REGISTRY", "HELM_REPO_USER", "HELM_REPO_PASSWORD")


@dataclass(frozen=True)
class Registry:
    """Where to push, and as whom."""

    place: str
    user: str
    password: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Registry:
        """As the variables say; all that is missing is named at once."""
        missing = [name for name in NAMES if not values.get(name, "").strip()]
        if missing:
            raise ReleaseError(f"it is not said where to push: set {', '.join(missing)}")
        place, user, password = (values[name].strip() for name in NAMES)
        if not PLACE.fullmatch(place):
            raise ReleaseError(
                "HELM_REPO_REGISTRY is malformed: give host, port and path without https://"
            )
        return cls(place, user, password)

    @property
    def host(self) -> str:
        return self.place.partition("/")[0]

    def image(self, name: str) -> str:
        """The repository of an image."""
        return f"{self.place}/{name}"

    @property
    def charts(self) -> str:
        """Where charts are pushed to, as helm names it."""
        return f"oci://{self.place}/charts"


@contextmanager
def signed_in(registry: Registry, login: Sequence[str]) -> Iterator[dict[str, str]]:
    """Variables with which docker and helm are signed in.

    Args:
        registry: where.
        login: the command without what both share: `docker login` or `helm registry login`.

    Raises:
        ReleaseError: where the registry does not let us in, with what it said.
    """
    with tempfile.TemporaryDirectory(prefix="stratum-registry-") as folder:
        variables = _settings(Path(folder))
        command = [*login, registry.host, "--username", registry.user, "--password-stdin"]
        done = call(command, variables, registry.password)
        if done.returncode != 0:
            raise ReleaseError(
                f"the registry {registry.host} does not let HELM_REPO_USER in with "
                f"HELM_REPO_PASSWORD: {last_line(done.stderr)}"
            )
        yield variables


def call(
    command: Sequence[str], variables: Mapping[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program that must be there."""
    try:
        return subprocess.run(
            command, input=given, env=variables, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise ReleaseError(f"the program {command[0]} is missing; install it") from None


def last_line(text: str) -> str:
    """The line in which programs say the cause."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def _settings(folder: Path) -> dict[str, str]:
    """Docker's and helm's settings in a folder; docker's plug-ins of this account stay known."""
    plugins = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "cli-plugins"
    if plugins.is_dir():
        (folder / "cli-plugins").symlink_to(plugins.resolve())
    config = str(folder / "config.json")
    return os.environ | {"DOCKER_CONFIG": str(folder), "HELM_REGISTRY_CONFIG": config}
