"""Prints the order of a product and the reasons for it. The inventory has checked the manifest."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.stratum.platform.plugins.module_utils.product.report import report


class ActionModule(ActionBase):  # type: ignore[misc]
    """Reads the inventory's variables; asks nothing, changes nothing."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        if "stratum_product" not in variables:
            raise AnsibleActionFail(
                "there is no product in this inventory: give one of the plugin "
                "stratum.platform.product, as in `-i inventories/demo`"
            )
        product, hosts = variables["stratum_product"], variables["hostvars"]
        names = [name for tier in product["tiers"] for name in tier["instances"]]
        lines = report(product, [hosts[name]["stratum_instance"] for name in names])
        return {**result, "changed": False, "stratum_report": lines}
