"""The network of a bed: a bridge of its own with private addresses, and its own firewall table.

No packet leaves it, unless a machine was brought up with a route out; only those are masqueraded.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass

from machines.errors import BedError, run

FIRST_MACHINE = 11


@dataclass(frozen=True)
class Network:
    """The bridge's name and its subnet; the bridge has the first address."""

    bed: str
    subnet: ipaddress.IPv4Network

    @property
    def bridge(self) -> str:
        return f"st-{self.bed}"[:15]

    @property
    def table(self) -> str:
        return f"stratum_{self.bed.replace('-', '_')}"

    @property
    def gateway(self) -> str:
        return str(self.subnet[1])

    def address(self, number: int) -> str:
        """The address of the machine that was made as the `number`th, from 0."""
        return str(self.subnet[FIRST_MACHINE + number])

    def up(self, routed: Iterable[str]) -> None:
        """The bridge and the rules, with a route out for these addresses."""
        if self.bridge not in interfaces():
            self._check_free()
            run(["ip", "link", "add", self.bridge, "type", "bridge"])
            length = self.subnet.prefixlen
            run(["ip", "address", "add", f"{self.gateway}/{length}", "dev", self.bridge])
            run(["ip", "link", "set", self.bridge, "up"])
        run(["nft", "-f", "-"], stdin=self.rules(list(routed)))

    def down(self) -> None:
        """Remove all that `up` made; what is not there is no error."""
        run(["nft", "delete", "table", "ip", self.table], check=False)
        run(["ip", "link", "delete", self.bridge], check=False)

    def rules(self, routed: list[str]) -> str:
        """The bed's firewall table, written whole, so that it replaces the one before."""
        elements = f"elements = {{ {', '.join(routed)} }}; " if routed else ""
        return f"""table ip {self.table}
delete table ip {self.table}
table ip {self.table} {{
  set routed {{ type ipv4_addr; {elements}}}
  chain forward {{
    type filter hook forward priority 0; policy accept;
    iifname "{self.bridge}" oifname "{self.bridge}" accept
    iifname "{self.bridge}" ip saddr != @routed drop
  }}
  chain postrouting {{
    type nat hook postrouting priority 100;
    ip saddr @routed oifname != "{self.bridge}" masquerade
  }}
}}
"""

    def _check_free(self) -> None:
        for name, network in addresses().items():
            if self.subnet.overlaps(network):
                raise BedError(
                    f"the subnet {self.subnet} overlaps {network} of the interface {name}; "
                    "give another one with --network"
                )


def interfaces() -> set[str]:
    """The names of all network interfaces of this machine."""
    return {entry["ifname"] for entry in json.loads(run(["ip", "-json", "link"]))}


def addresses() -> dict[str, ipaddress.IPv4Network]:
    """The IPv4 subnet of each interface that has one."""
    found = {}
    for entry in json.loads(run(["ip", "-json", "-4", "address"])):
        for info in entry.get("addr_info", []):
            text = f"{info['local']}/{info['prefixlen']}"
            found[entry["ifname"]] = ipaddress.IPv4Network(text, strict=False)
    return found
