"""Prints the order of a product and the reasons for it. The inventory has checked the manifest."""

from __future__ import annotations

from typing import Any

from ansible_collections.stratum.platform.plugins.module_utils.product.report import report
from ansible_collections.stratum.platform.plugins.plugin_utils.inspection import InspectionAction


class ActionModule(InspectionAction):
    """Reads the inventory's variables; asks nothing, changes nothing."""

    def look(self) -> dict[str, Any]:
        return {"stratum_report": report(self.product, self.instances)}
