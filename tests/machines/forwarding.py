"""IP forwarding of this host, which all beds with a way out share: the last one puts it back."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

SETTING = Path("/proc/sys/net/ipv4/ip_forward")
BOOT = Path("/proc/sys/kernel/random/boot_id")


class Forwarding:
    """The setting before is kept in `home`, beside the folders of the beds.

    Who still needs it is read from these folders, so a killed command leaves no wrong count.
    """

    def __init__(self, home: Path, setting: Path = SETTING, boot: Path = BOOT) -> None:
        self._home = home
        self._setting = setting
        self._boot = boot
        self._file = home / "forwarding.json"

    def allow(self) -> None:
        """Let the kernel forward packets."""
        with self._locked():
            now = self._setting.read_text().strip()
            if self._before() is None:
                if now == "1":
                    return  # it is not ours to put back
                self._keep(now)
            if now != "1":
                self._setting.write_text("1")

    def restore(self) -> None:
        """The setting before, unless a bed is left that needs forwarding."""
        with self._locked():
            if self._is_needed():
                return
            before = self._before()
            if before is not None:
                with contextlib.suppress(OSError):
                    self._setting.write_text(before)
            self._file.unlink(missing_ok=True)

    def _is_needed(self) -> bool:
        for file in self._home.glob("*/bed.json"):
            with contextlib.suppress(FileNotFoundError):  # a bed that is going down just now
                machines = json.loads(file.read_text())["machines"]
                if any(machine["routed"] for machine in machines.values()):
                    return True
        return False

    def _before(self) -> str | None:
        """None where nothing was changed since the host was booted."""
        if not self._file.exists():
            return None
        kept = json.loads(self._file.read_text())
        return str(kept["before"]) if kept["boot"] == self._boot.read_text() else None

    def _keep(self, before: str) -> None:
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps({"before": before, "boot": self._boot.read_text()}))
        partial.replace(self._file)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """All beds' commands one after the other; a killed one holds nothing."""
        with (self._home / "forwarding.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
