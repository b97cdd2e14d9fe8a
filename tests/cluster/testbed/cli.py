"""The command line of the test bed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from testbed import images, mirror, requirements
from testbed.build import binaries
from testbed.cluster import OWN_IMAGES, Cluster
from testbed.errors import BedError
from testbed.layout import DEFAULT, MIRROR
from testbed.parts import ALWAYS, FOR_TESTS, PARTS


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    layout = replace(DEFAULT, name=asked.name, interface=asked.interface, network=asked.network)
    try:
        _do(asked, Cluster(layout))
    except BedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="A real Kubernetes for the tests.")
    parser.add_argument("--name", default=DEFAULT.name, help="of the bed and its namespace")
    parser.add_argument("--interface", default=DEFAULT.interface, help="its end on this machine")
    parser.add_argument("--network", default=DEFAULT.network, help="the first half of addresses")
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser(
        "build", help="build programs (all that a bed and its tests need, if none is named)"
    )
    build.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part")
    up = verbs.add_parser("up", help="start the bed, or what of it does not run")
    up.add_argument("--kwok-nodes", type=int, default=0, help="how many nodes to pretend")
    files = verbs.add_parser("mirror", help="build the servers' files, as a mirror offers them")
    files.add_argument("folder", nargs="?", type=Path, default=MIRROR)
    verbs.add_parser("reboot", help="cut the node's power and start it again")
    verbs.add_parser("down", help="remove the bed, whatever of it is there")
    verbs.add_parser("status", help="what runs")
    image = verbs.add_parser("image", help="build an image and give it to the node")
    image.add_argument("image")
    for verb in ("start", "stop", "restart"):
        verbs.add_parser(verb, help=f"{verb} one program").add_argument("component")
    kubectl = verbs.add_parser("kubectl", help="ask the cluster", add_help=False)
    kubectl.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def _build(parts: Sequence[str]) -> None:
    requirements.need_root()
    requirements.install_packages()
    binaries(parts or (*ALWAYS, *FOR_TESTS))
    if not parts:
        for name in (*OWN_IMAGES, "minio"):
            images.named(name)


def _do(asked: argparse.Namespace, cluster: Cluster) -> None:
    if asked.verb == "build":
        _build(asked.parts)
    elif asked.verb == "mirror":
        requirements.go()
        mirror.fill(asked.folder)
    elif asked.verb == "up":
        cluster.up(asked.kwok_nodes)
        print(f"the cluster is up: export KUBECONFIG={cluster.kubeconfig}")
    elif asked.verb in ("down", "reboot"):
        getattr(cluster, asked.verb)()
    elif asked.verb == "status":
        for name, text in cluster.status().items():
            print(f"{name:24} {text}")
    elif asked.verb == "image":
        image = cluster.image(asked.image)
        print(f"{image.reference}\n{image.by_digest}")
    elif asked.verb == "kubectl":
        print(cluster.kubectl(*asked.arguments), end="")
    else:
        getattr(cluster, asked.verb)(asked.component)
