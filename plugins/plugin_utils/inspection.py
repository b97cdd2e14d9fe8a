"""What the actions on a whole product share: the product and its instances."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class InspectionAction(ActionBase):  # type: ignore[misc]
    """An action on a whole product, run once; it changes nothing unless it says so."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry: finds the product, then its own look."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        self.vars: dict[str, Any] = task_vars or {}
        if "stratum_product" not in self.vars:
            raise AnsibleActionFail(
                "there is no product in this inventory: give one of the plugin "
                "stratum.platform.product, as in `-i inventories/demo`"
            )
        self.product: dict[str, Any] = self.vars["stratum_product"]
        names = [name for tier in self.product["tiers"] for name in tier["instances"]]
        hosts = self.vars["hostvars"]
        self.instances: list[dict[str, Any]] = [hosts[name]["stratum_instance"] for name in names]
        return {**result, "changed": False, **self.look()}

    def look(self) -> dict[str, Any]:
        """The action itself; gives the task's result, `stratum_report` for the reader."""
        raise NotImplementedError
