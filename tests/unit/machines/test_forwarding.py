"""IP forwarding is put back by the last bed that needs it, whatever was killed before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from machines.forwarding import Forwarding


class Host:
    """Two files that stand for those of the kernel, and the folders of beds."""

    def __init__(self, folder: Path, before: str = "0\n") -> None:
        self.home = folder / "machines"
        self.home.mkdir()
        self.setting = folder / "ip_forward"
        self.setting.write_text(before)
        self.boot = folder / "boot_id"
        self.boot.write_text("first\n")

    @property
    def forwarding(self) -> Forwarding:
        """As each command makes its own."""
        return Forwarding(self.home, self.setting, self.boot)

    @property
    def now(self) -> str:
        return self.setting.read_text().strip()

    def enter(self, bed: str, routed: bool = True) -> None:
        """What a bed writes before it opens its network."""
        (self.home / bed).mkdir()
        machines = {"a": {"routed": routed}}
        (self.home / bed / "bed.json").write_text(json.dumps({"machines": machines}))

    def up(self, bed: str) -> None:
        self.enter(bed)
        self.forwarding.allow()

    def down(self, bed: str) -> None:
        shutil.rmtree(self.home / bed, ignore_errors=True)
        self.forwarding.restore()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_a_bed_alone_leaves_it_as_it_was(host: Host) -> None:
    host.up("one")
    seen = host.now
    host.down("one")
    assert (seen, host.now) == ("1", "0")


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")], ids=" then ".join)
def test_the_last_of_two_puts_it_back(host: Host, order: tuple[str, str]) -> None:
    host.up("one")
    host.up("two")
    host.down(order[0])
    seen = host.now
    host.down(order[1])
    assert (seen, host.now) == ("1", "0")


def test_a_bed_with_no_way_out_keeps_nothing_on(host: Host) -> None:
    host.up("one")
    host.enter("two", routed=False)
    host.down("one")
    assert host.now == "0"


def test_what_was_on_before_stays_on(tmp_path: Path) -> None:
    host = Host(tmp_path, "1\n")
    host.up("one")
    host.down("one")
    assert host.now == "1"


def test_a_bed_whose_command_was_killed_still_counts(host: Host) -> None:
    host.enter("one")  # and it died before it came to its network
    host.up("two")
    host.down("two")
    seen = host.now
    host.down("one")
    assert (seen, host.now) == ("1", "0")


def test_after_a_killed_down_the_next_one_puts_it_back(host: Host) -> None:
    host.up("one")
    shutil.rmtree(host.home / "one")  # and it died before it came to the setting
    host.up("two")
    host.down("two")
    assert host.now == "0"


def test_after_a_reboot_of_the_host_its_own_setting_counts(host: Host) -> None:
    host.up("one")
    host.boot.write_text("second\n")
    host.setting.write_text("1\n")
    host.down("one")
    assert host.now == "1"
