"""What the actions on a whole product share: the product and its instances."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.plugin_utils.on_controller import (
    ControllerAction,
)


class InspectionAction(ControllerAction):
    """An action on a whole product, run once; it changes nothing unless it says so."""

    def work(self) -> dict[str, Any]:
        """Finds the product, then its own look."""
        if "stratum_product" not in self.vars:
            raise AnsibleActionFail(
                "there is no product in this inventory: give one of the plugin "
                "stratum.platform.product, as in `-i inventories/demo`"
            )
        self.product: dict[str, Any] = self.vars["stratum_product"]
        names = [name for tier in self.product["tiers"] for name in tier["instances"]]
        hosts = self.vars["hostvars"]
        self.instances: list[dict[str, Any]] = [hosts[name]["stratum_instance"] for name in names]
        return self.look()

    def look(self) -> dict[str, Any]:
        """The action itself; gives the task's result, `stratum_report` for the reader."""
        raise NotImplementedError
