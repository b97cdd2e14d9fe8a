"""Objects of a role onto a cluster: applied, pruned, waited for, recorded, rolled back, removed.

What it does is in `module_utils/kube`; here is only what Ansible alone can do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from ansible_collections.stratum.platform.plugins.module_utils.kube import sources
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.normal import hooked, wanted
from ansible_collections.stratum.platform.plugins.module_utils.kube.outcome import Outcome
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import (
    KubeError,
    SourceError,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.release import Release
from ansible_collections.stratum.platform.plugins.module_utils.kube.rules import parse
from ansible_collections.stratum.platform.plugins.module_utils.kube.wish import Options, Wanted

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "namespace": {"type": "str"},
    "kubeconfig": {"type": "path"},
    "context": {"type": "str"},
    "sources": {"type": "list", "elements": "dict"},
    "state": {
        "type": "str",
        "choices": ["present", "absent", "rolled_back"],
        "default": "present",
    },
    "revision": {"type": "int"},
    "keep": {"type": "int", "default": 5},
    "force": {"type": "bool", "default": False},
    "adopt": {"type": "bool", "default": False},
    "purge": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "timeout": {"type": "float"},
    "on_failure": {"type": "str", "choices": ["keep", "roll_back"], "default": "keep"},
    "rules": {"type": "list", "elements": "dict", "default": []},
}


class ActionModule(ActionBase):  # type: ignore[misc]
    """`state: present` brings the release to its sources, `rolled_back` to an earlier revision."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ansible's entry."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        self._vars: dict[str, Any] = task_vars or {}
        _, self._arguments = self.validate_argument_spec(
            ARGUMENTS, required_if=[("state", "present", ["sources"])]
        )
        owner = self._owner()
        try:
            with Cluster(*self._access()) as cluster:
                outcome = self._work(cluster, owner)
        except KubeError as error:
            raise AnsibleActionFail(
                str(error), result={"evidence": list(error.evidence)}
            ) from error
        return result | outcome.result(bool(self._task.diff))

    def _work(self, cluster: Cluster, owner: Owner) -> Outcome:
        release = Release(cluster, owner, self._options(), self._say)
        state = self._arguments["state"]
        if state == "absent":
            return release.remove()
        if state == "rolled_back":
            return release.roll_back(self._arguments["revision"])
        return release.install(self._wanted(cluster, owner))

    def _wanted(self, cluster: Cluster, owner: Owner) -> Wanted:
        rules = [dict(rule) for rule in _plain(self._arguments["rules"])]
        parse(rules)
        finder = sources.Finder(self._rendered, self._found)
        found = sources.read(_plain(self._arguments["sources"]), finder, cluster, owner)
        objects = wanted(found.objects, owner, cluster.namespaced)
        return Wanted(objects, hooked(found.hooks, owner, cluster.namespaced), rules)

    def _owner(self) -> Owner:
        instance: Mapping[str, Any] = self._vars.get("stratum_instance") or {}
        name = self._arguments["name"] or str(instance.get("name") or "").partition("@")[0]
        namespace = self._arguments["namespace"] or instance.get("namespace")
        for key, value in (("name", name), ("namespace", namespace)):
            if not value:
                raise AnsibleActionFail(
                    f"`{key}` is missing: give it, or run the task on an instance of a product"
                )
        name = name if self._arguments["name"] else name.replace("_", "-")
        if not LABEL.fullmatch(name):
            raise AnsibleActionFail(
                f"name: {name!r} cannot be the name of a release: use lower-case letters, "
                "digits and '-', at most 53"
            )
        return Owner(str(namespace), str(name))

    def _access(self) -> tuple[str | None, str | None]:
        cluster: Mapping[str, Any] = self._vars.get("stratum_cluster") or {}
        path = self._arguments["kubeconfig"] or cluster.get("kubeconfig")
        context = self._arguments["context"] or cluster.get("context")
        absolute = self._loader.path_dwim(str(path)) if path else None
        return absolute, str(context) if context else None

    def _options(self) -> Options:
        given = self._arguments
        return Options(
            keep=max(1, given["keep"]),
            force=given["force"],
            adopt=given["adopt"],
            purge=given["purge"],
            wait=given["wait"],
            timeout=self._timeout(),
            roll_back=given["on_failure"] == "roll_back",
            check=bool(self._task.check_mode),
        )

    def _timeout(self) -> float:
        """The task's own, else that of the lifecycle it is a part of."""
        given = self._arguments["timeout"]
        return float(self._vars.get("component_ready_timeout", 300) if given is None else given)

    def _rendered(self, name: str) -> str:
        """A template of the role, as `ansible.builtin.template` renders it."""
        path = self._needle("templates", name)
        text = trust_as_template(self._loader.get_text_file_contents(path))
        places = [*self._vars.get("ansible_search_path", []), self._loader.get_basedir()]
        places.append(str(Path(path).parent))
        inner = [found for place in places for found in (f"{place}/templates", place)]
        templar = self._templar.copy_with_new_env(searchpath=inner, available_variables=self._vars)
        rendered = templar.template(text, escape_backslashes=False)
        if rendered is None:
            return ""
        return str(rendered) if isinstance(rendered, str) else json.dumps(_plain(rendered))

    def _found(self, name: str) -> str:
        """A file or folder of the role or play."""
        return self._needle("files", name)

    def _needle(self, kind: str, name: str) -> str:
        project = self._vars.get("stratum_project_dir")
        try:
            return str(self._find_needle(kind, name))
        except AnsibleError as error:
            if project and Path(project, name).exists():
                return str(Path(project, name))
            places = f"{kind}/ of the role or play{', nor in the project' if project else ''}"
            what = f"there is no such file in {places}"
            raise SourceError(what, name, "correct the path") from error

    def _say(self, line: str) -> None:
        """Progress of a long wait; in a product the timeline is what is looked at."""
        show = self._display.v if "stratum_instance" in self._vars else self._display.display
        show(line)


def _plain(value: Any) -> Any:  # noqa: ANN401  (YAML is any value)
    """A copy without Ansible's tags; a date is text, as it was before YAML read it."""
    return json.loads(json.dumps(value, default=str))
