"""Control groups in a folder that looks like the kernel's."""

from __future__ import annotations

from pathlib import Path

import pytest

from machines.cgroup import KINDS_OF_CONTAINERS, Group


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    for kind in ("memory", "systemd", "cpu"):
        (tmp_path / kind).mkdir()
    return tmp_path


def test_in_version_1_it_bounds_memory_and_keeps_the_services_of_machines_apart(
    version_1: Path,
) -> None:
    group = Group("hosts-a", version_1)
    group.make(1 << 30)
    bound = version_1 / "memory/stratum-machines/hosts-a/memory.limit_in_bytes"
    assert bound.read_text() == str(1 << 30)
    assert (version_1 / "systemd/stratum-machines/hosts-a").is_dir()
    assert not (version_1 / "cpu/stratum-machines").exists()


def test_in_version_2_there_is_one_tree(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("memory")
    group = Group("hosts-a", tmp_path)
    group.make(1 << 30)
    assert (tmp_path / "stratum-machines/hosts-a/memory.max").read_text() == str(1 << 30)


def test_it_finds_the_processes_of_groups_below_too(version_1: Path) -> None:
    group = Group("hosts-a", version_1)
    group.make(1 << 30)
    below = group.paths[0] / "payload"
    below.mkdir()
    (group.paths[0] / "cgroup.procs").write_text("7\n")
    (below / "cgroup.procs").write_text("9\n8\n")
    assert group.processes() == [7, 8, 9]


def test_a_machine_that_is_gone_has_no_processes(version_1: Path) -> None:
    assert Group("hosts-b", version_1).processes() == []


def test_a_machine_with_containers_has_a_group_in_every_tree_and_processors_in_it(
    version_1: Path,
) -> None:
    (version_1 / "cpuset").mkdir()
    for setting in ("cpuset.cpus", "cpuset.mems"):
        (version_1 / "cpuset" / setting).write_text("0-1\n")
        for folder in ("stratum-machines", "stratum-machines/k3s-a"):
            path = version_1 / "cpuset" / folder / setting
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n")  # as the kernel makes it
    group = Group("k3s-a", version_1, KINDS_OF_CONTAINERS)
    group.make(1 << 30)
    assert (version_1 / "cpu/stratum-machines/k3s-a").is_dir()
    assert (version_1 / "cpuset/stratum-machines/k3s-a/cpuset.cpus").read_text() == "0-1\n"
