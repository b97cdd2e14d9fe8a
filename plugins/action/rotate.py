"""New values of generated secrets: drawn before the installation, settled after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.product.problem import choose
from ansible_collections.stratum.platform.plugins.module_utils.run.given import (
    Source,
    may_be_generated,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.rotation import (
    Rotation,
    rotations,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import run_at_work
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory
from ansible_collections.stratum.platform.plugins.plugin_utils.given_secrets import given_secrets
from ansible_collections.stratum.platform.plugins.plugin_utils.inspection import InspectionAction
from ansible_collections.stratum.platform.plugins.plugin_utils.lifecycle import plain


class ActionModule(InspectionAction):
    """Everything is checked before the first value is changed."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "secrets": {"type": "list", "elements": "str", "required": True},
        "state": {"type": "str", "choices": ["new", "previous", "settled"], "default": "new"},
    }

    def look(self) -> dict[str, Any]:
        self._declared = plain(self.product["secrets"])
        names, kind = self._named(), self.given["state"]
        self._refuse(self._wrong_names(names))
        state = StateDirectory(Path(self.vars["stratum_state_dir"]))
        wanted = rotations(state, plain(self.instances), names)
        if kind == "settled":
            return self._settle(wanted)
        back = kind == "previous"
        self._refuse(self._wrong_moment(state))
        self._refuse(each.why_not_back() if back else each.why_not_new() for each in wanted)
        return self._go_back(wanted) if back else self._draw(wanted)

    def _refuse(self, reasons: Iterable[str]) -> None:
        told = [reason for reason in reasons if reason]
        if told:
            raise AnsibleActionFail("\n".join(["nothing was rotated, because:", *told]))

    def _named(self) -> list[str]:
        named = [name.strip() for name in self.given["secrets"] if name.strip()]
        if not named:
            cure = choose("", self._all_names(), "secrets of this product")
            raise AnsibleActionFail(f"no secret is named: say -e secret=<component>.<key>; {cure}")
        return named

    def _all_names(self) -> list[str]:
        return [f"{name}.{key}" for name, keys in self._declared.items() for key in keys]

    def _wrong_names(self, names: list[str]) -> Iterator[str]:
        """Of names that are unknown, or whose values come from a file."""
        known = self._all_names()
        source = Source.of(self.vars)
        for name in names:
            if name not in known:
                cure = choose(name, known, "secrets of this product")
                yield f"there is no secret `{name}` in this product; {cure}"
            elif source is not None and self._comes_from(source, name):
                yield (
                    f"`{name}` comes from {source.name}; change it there with `{source.edit}`, "
                    "then install: playbooks/site.yml"
                )

    def _comes_from(self, source: Source, name: str) -> bool:
        if not source.generates_missing:
            return True
        found = given_secrets(source, self._declared, self._loader)
        if found.problems:
            raise AnsibleActionFail("\n".join(map(str, found.problems)))
        component, _dot, key = name.partition(".")
        known = (component, key)
        return known in found.values or not may_be_generated(self._declared, known)

    def _wrong_moment(self, state: StateDirectory) -> Iterator[str]:
        if self.vars.get("ansible_limit"):
            yield "a secret is rotated at once for all that use it; run without --limit"
        at_work = run_at_work(state)
        if at_work:
            yield f"run {at_work} is at work in this environment; let it end first"

    def _draw(self, wanted: list[Rotation]) -> dict[str, Any]:
        lines, changed = [], False
        for rotation in wanted:
            if self._task.check_mode:
                lines.append(f"{rotation.name} would get a new value{_used(rotation)}")
                continue
            spec = self._declared[rotation.component][rotation.key]
            new = rotation.draw(int(spec["length"]), spec.get("prefix", ""))
            changed = changed or new
            said = "has a new value" if new else "has a new value that not all have yet"
            lines.append(f"{rotation.name} {said}{_used(rotation)}")
        return {"changed": changed or bool(self._task.check_mode), "stratum_report": lines}

    def _go_back(self, wanted: list[Rotation]) -> dict[str, Any]:
        for rotation in wanted if not self._task.check_mode else ():
            rotation.go_back()
        lines = [
            f"{rotation.name} has its value before again{_used(rotation)}" for rotation in wanted
        ]
        return {"changed": True, "stratum_report": lines}

    def _settle(self, wanted: list[Rotation]) -> dict[str, Any]:
        lines = []
        for rotation in wanted if not self._task.check_mode else ():
            late = rotation.settle()
            if late:
                lines.append(
                    f"{rotation.name}: not all work with the new value ({', '.join(late)}); the "
                    f"one before is kept in {rotation.before}. Run this again, or go back with "
                    "-e to=previous"
                )
            else:
                lines.append(f"{rotation.name} is rotated; the value before is forgotten")
        return {"stratum_report": lines}


def _used(rotation: Rotation) -> str:
    """Who will be changed by it."""
    return f", used by {', '.join(rotation.users)}" if rotation.users else ", used by no instance"
