"""Whatever is killed, `down` leaves nothing of a bed. On a second bed, beside the shared one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testbed import cgroups, components, processes
from testbed.cluster import Cluster
from testbed.layout import ROOM, Layout
from testbed.processes import Process

LAYOUT = Layout(name="stratum-broken", interface="stratum1", network="10.232")
COMMAND = [
    *(sys.executable, str(ROOM / "bed.py")),
    *("--name", LAYOUT.name, "--interface", LAYOUT.interface, "--network", LAYOUT.network),
]


@pytest.fixture
def broken(cluster: Cluster) -> Iterator[Cluster]:
    """A second bed, removed again. The shared one is asked for so that all is built."""
    bed = Cluster(LAYOUT)
    bed.down()
    yield bed
    bed.down()


def traces(layout: Layout) -> list[str]:
    """All that is left of a bed on this machine, in words."""
    routes = subprocess.run(
        ["ip", "-4", "route", "show", "root", f"{layout.network}.0.0/16"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    links = Path("/sys/class/net") / layout.interface
    paths = (layout.state, layout.data, layout.network_namespace, links)
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return [
        *(f"process {text}" for text in _commands() if any(f"{at}/" in text for at in paths)),
        *(f"mount {line}" for line in mounts if layout.name in line),
        *(f"route {line}" for line in routes.splitlines()),
        *(f"path {path}" for path in (*paths, *cgroups.groups(layout.name)) if path.exists()),
    ]


def _commands() -> Iterator[str]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                yield (folder / "cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue


def run_a_pod(cluster: Cluster) -> None:
    command = ["--command", "--", "sleep", "infinity"]
    cluster.kubectl("run", "sleeps", "--image=localhost/stratum/base:1", *command)
    cluster.kubectl("wait", "pod/sleeps", "--for=condition=Ready", "--timeout=120s")


def test_nothing_is_left_after_every_part_was_killed(broken):
    broken.up()
    run_a_pod(broken)
    assert traces(LAYOUT) != []
    for name in components.NAMES:
        broken.machine.process(name).kill()
    broken.down()
    assert traces(LAYOUT) == []


def test_nothing_is_left_where_the_records_were_lost(broken):
    broken.up()
    run_a_pod(broken)
    shutil.rmtree(LAYOUT.state)
    broken.down()
    assert traces(LAYOUT) == []


@pytest.mark.parametrize("reached", [LAYOUT.network_namespace, LAYOUT.pids / "kubelet.json"])
def test_nothing_is_left_after_the_start_itself_was_killed(broken, reached):
    starting = subprocess.Popen([*COMMAND, "up"])
    while not reached.exists():
        assert starting.poll() is None
    starting.send_signal(signal.SIGKILL)
    starting.wait()
    broken.down()
    assert traces(LAYOUT) == []


def test_a_bed_whose_machine_was_killed_comes_up_anew(broken):
    broken.up()
    broken.kubectl("create", "namespace", "lost")
    broken.machine.holder.kill()
    broken.up()
    assert "lost" not in broken.kubectl("get", "namespaces", "-o", "name")


def test_up_starts_what_does_not_run_and_leaves_the_rest(broken):
    broken.up()
    before = broken.machine.process("etcd")
    broken.machine.process("kube-scheduler").kill()
    broken.up()
    assert broken.is_up
    assert broken.machine.process("etcd") == before


def test_another_process_with_a_recorded_id_is_not_ended(tmp_path):
    stranger = subprocess.Popen(["sleep", "infinity"])
    here = Process.of(stranger.pid)
    processes.save(tmp_path, "kubelet", Process(stranger.pid, here.started - 1))
    processes.load(tmp_path, "kubelet").kill()
    assert here.alive
    stranger.kill()
    stranger.wait()
    assert not here.alive


def test_a_user_without_rights_is_told_what_is_needed():
    # A user who may not read this checkout still gets the sentence, so Python reads it first.
    program = (
        "import os, sys; sys.path.insert(0, %r); from testbed.cli import main; os.setuid(65534)"
    )
    started = f"{program % str(ROOM)}; sys.exit(main(['up']))"
    done = subprocess.run(
        [sys.executable, "-c", started], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        1,
        "The cluster test bed needs root: it makes namespaces, mounts and containers.\n"
        "Run it as root, for instance: sudo make cluster-up\n",
    )
