"""The command line of the test machines: up, down, status, reboot."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence

from machines.errors import BedError
from machines.folder import Bed, has_root

NAME = re.compile(r"[a-z][a-z0-9]{0,4}")  # both are in the name of a link: 15 letters
NEEDS_ROOT = (
    "the test machines need root, because they boot containers and make network links: "
    "run this as root"
)


def main(arguments: Sequence[str]) -> int:
    """Ends with 1 and one sentence where something cannot be done."""
    wanted = _parser().parse_args(arguments)
    try:
        _do(wanted)
    except BedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _do(wanted: argparse.Namespace) -> None:
    for name in [wanted.bed, *wanted.names]:
        if not NAME.fullmatch(name):
            raise BedError(f"{name!r} is no name: use one to five small letters and digits")
    if not has_root():
        raise BedError(NEEDS_ROOT)
    bed = Bed(wanted.bed, lambda text: print(text, file=sys.stderr), subnet=wanted.network)
    if wanted.action == "status":
        print(json.dumps(_status(bed), indent=1))
        return
    with bed.locked():
        if wanted.action == "up":
            memory = wanted.memory << 20
            bed.up(wanted.names, not wanted.no_route, memory, wanted.containers)
        elif wanted.action == "down":
            bed.down(wanted.names)
        else:
            for name in wanted.names:
                bed.reboot(name)


def _status(bed: Bed) -> dict[str, object]:
    return {
        "ssh_config": str(bed.keys.config),
        "machines": {
            machine.name: {
                "address": machine.address,
                "running": machine.running,
                "routed": machine.routed,
            }
            for machine in bed.machines()
        },
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bed.py", description=__doc__)
    parser.add_argument("--bed", default="hosts", help="which set of machines")
    parser.add_argument("--network", default="10.213.77.0/24", help="its private subnet")
    actions = parser.add_subparsers(dest="action", required=True)
    up = actions.add_parser("up", help="boot machines, made if they are not there")
    up.add_argument("names", nargs="+", metavar="NAME")
    up.add_argument("--no-route", action="store_true", help="without a way out of its network")
    up.add_argument("--containers", action="store_true", help="in which containers can run")
    up.add_argument("--memory", type=int, default=4096, metavar="MIB", help="for each machine")
    down = actions.add_parser("down", help="delete machines, by default all of the bed")
    down.add_argument("names", nargs="*", metavar="NAME")
    actions.add_parser("status", help="the machines as JSON").set_defaults(names=[])
    reboot = actions.add_parser("reboot", help="reboot machines and wait for them")
    reboot.add_argument("names", nargs="+", metavar="NAME")
    return parser
