"""What is to become of a machine: start a cluster, join one, go on as it is, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .version import parse, step_problem

SERVER = "server"


@dataclass(frozen=True)
class Server:
    """Another server that answers: its authority, and whether it takes the wanted token."""

    url: str
    ca_hash: str
    accepts: bool


@dataclass(frozen=True)
class Wanted:
    """What the inventory says of this machine.

    Args:
        role: `server` or `agent`.
        version: such as `v1.36.4+k3s1`.
        servers: addresses of other servers; the one to join first, then those beside it.
        first: whether it may start a cluster.
        ca_hash: of the cluster that is joined, where it is known.
        token: that it joins with.
        rotate: whether a cluster with another token is to take this one.
    """

    role: str
    version: str
    servers: Sequence[str]
    first: bool
    ca_hash: str = ""
    token: str = field(default="", repr=False)
    rotate: bool = False


@dataclass(frozen=True)
class Seen:
    """What is on this machine, and who else is there.

    Args:
        version: that runs, or is installed; empty where none is.
        data: whether it belongs to a cluster by its data.
        ca_hash: of that cluster.
        token: of that cluster, as its server keeps it.
        joined: the server it was told to join; empty where it started the cluster, None unknown.
        other_role: whether it is a server though an agent is wanted, or the other way.
        alive: the other servers that answer.
    """

    version: str = ""
    data: bool = False
    ca_hash: str = ""
    token: str = field(default="", repr=False)
    joined: str | None = None
    other_role: bool = False
    alive: Sequence[Server] = ()


@dataclass(frozen=True)
class Decision:
    """`join` is the server to join, empty to start a cluster; with problems nothing is done."""

    join: str
    rotate: bool
    problems: tuple[str, ...]


def decide(wanted: Wanted, seen: Seen) -> Decision:
    """What is to be done; all that speaks against it is found at once."""
    problems = [*_of_version(wanted, seen), *_of_role(wanted, seen), *_of_cluster(wanted, seen)]
    rotate = False
    if seen.data:
        problems += _of_data(wanted, seen)
        join = _kept(wanted, seen)
        differs = wanted.role == SERVER and seen.token not in ("", wanted.token)
        # Another server that takes the new token has been told already.
        rotate = differs and not any(server.accepts for server in seen.alive)
    else:
        join = seen.alive[0].url if seen.alive else ("" if wanted.first else wanted.servers[0])
        problems += _of_joining(wanted, seen)
    return Decision(join, rotate, tuple(problems))


def _of_version(wanted: Wanted, seen: Seen) -> list[str]:
    before, after = parse(seen.version), parse(wanted.version)
    if before is None or after is None or not seen.data:
        return []
    problem = step_problem(before, after)
    return [problem] if problem else []


def _of_role(wanted: Wanted, seen: Seen) -> list[str]:
    if not seen.other_role:
        return []
    other = "an agent" if wanted.role == SERVER else "a server"
    return [
        f"k3s_role is {wanted.role}, but this machine is {other} already; "
        "reset it first (playbooks/k3s_reset.yml)"
    ]


def _of_cluster(wanted: Wanted, seen: Seen) -> list[str]:
    """The servers that answer must be of one cluster, the one that is meant."""
    hashes = {server.ca_hash for server in seen.alive}
    if len(hashes) > 1:
        told = ", ".join(server.url for server in seen.alive)
        return [f"these servers belong to different clusters: {told}; name those of one only"]
    if wanted.ca_hash and hashes and hashes != {wanted.ca_hash}:
        return [
            f"{seen.alive[0].url} is of a cluster with another authority than k3s_ca_hash "
            f"{wanted.ca_hash}; correct k3s_server_url or k3s_ca_hash"
        ]
    return []


def _of_data(wanted: Wanted, seen: Seen) -> list[str]:
    """Data that is here already must be of the cluster that is meant."""
    cluster = wanted.ca_hash or next((server.ca_hash for server in seen.alive), "")
    if cluster and seen.ca_hash and cluster != seen.ca_hash:
        return [
            "this machine has the data of another cluster (authority "
            f"{seen.ca_hash[:12]}…, not {cluster[:12]}…); reset it first "
            "(playbooks/k3s_reset.yml), or correct k3s_server_url and k3s_peers"
        ]
    if wanted.role == SERVER and seen.token not in ("", wanted.token) and not wanted.rotate:
        return [
            "this machine has the data of a cluster with another token; give that one as "
            "k3s_token, say k3s_rotate_token=true to give the cluster the new one, or reset the "
            "machine first (playbooks/k3s_reset.yml)"
        ]
    return []


def _of_joining(wanted: Wanted, seen: Seen) -> list[str]:
    """Without data it joins whoever lives; only where nobody does it may start a cluster."""
    refusing = [server.url for server in seen.alive if not server.accepts]
    if refusing:
        return [
            f"a cluster lives at {', '.join(refusing)} that does not take the token of this "
            "machine; give that cluster's token, or take the address out of k3s_server_url and "
            "k3s_peers"
        ]
    if not seen.alive and not wanted.first:
        return [
            f"no server answers at {', '.join(wanted.servers)}; start one first, or correct "
            "k3s_server_url"
        ]
    return []


def _kept(wanted: Wanted, seen: Seen) -> str:
    """A server with data never joins again; an agent follows where its server is another one."""
    if seen.joined is not None and (wanted.role == SERVER or seen.joined in wanted.servers):
        return seen.joined
    return "" if wanted.first else wanted.servers[0]
