"""Who holds the ports of what is new on a machine with systemd: asked there, once a machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import (
    LifecycleAction,
    component_meta,
    plain,
)


class ActionModule(LifecycleAction):
    """The machine's first instance of the play asks for all of them; the others ask nothing."""

    def work(self) -> dict[str, Any]:
        hosts = [self.vars["hostvars"][name] for name in self.vars["ansible_play_hosts_all"]]
        here = [host for host in hosts if self._is_here(plain(host["stratum_instance"]))]
        if here[0]["stratum_instance"]["name"] != self.name:
            return {"problems": []}
        wanted = {
            "machine": self.instance["machine"],
            "instances": [_asked(host) for host in here],
            "units": self._units(),
        }
        seen = self._execute_module(
            module_name="stratum.platform.ports", module_args=wanted, task_vars=self.vars
        )
        return dict(seen)

    def _units(self) -> dict[str, list[str]]:
        """Also those of instances that are not asked for: they may hold what another one wants."""
        tiers = plain(self.vars["stratum_product"])["tiers"]
        hosts = [self.vars["hostvars"][name] for tier in tiers for name in tier["instances"]]
        return {
            str(host["stratum_instance"]["name"]): units
            for host in hosts
            if self._is_here(plain(host["stratum_instance"]))
            and (units := component_meta(Path(host["stratum_role_path"])).get("units"))
        }

    def _is_here(self, instance: dict[str, Any]) -> bool:
        return bool(instance["machine"] == self.instance["machine"])


def _asked(host: Any) -> dict[str, Any]:  # noqa: ANN401  (Ansible has no types)
    instance = plain(host["stratum_instance"])
    address = _address(instance, Path(host["stratum_role_path"]))
    return {"name": instance["name"], "address": address, "ports": instance["ports"]}


def _address(instance: dict[str, Any], role: Path) -> str:
    """Where it is going to listen, as far as that is known before the run; else everywhere."""
    variable = f"{instance['role'].rpartition('.')[2]}_address"
    value = instance["vars"].get(variable)
    defaults = role / "defaults" / "main.yml"
    if value is None and defaults.is_file():
        value = (yaml.safe_load(defaults.read_text(encoding="utf-8")) or {}).get(variable)
    known = isinstance(value, str) and "{{" not in value
    return str(value) if known else ""
