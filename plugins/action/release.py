"""Objects of a role onto a cluster: applied, pruned, waited for, recorded, rolled back, removed.

What it does is in `module_utils/kube`; here is only what Ansible alone can do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.template import trust_as_template

from ansible_collections.stratum.platform.plugins.module_utils.kube import sources
from ansible_collections.stratum.platform.plugins.module_utils.kube.connection import Cluster
from ansible_collections.stratum.platform.plugins.module_utils.kube.normal import hooked, wanted
from ansible_collections.stratum.platform.plugins.module_utils.kube.outcome import Outcome
from ansible_collections.stratum.platform.plugins.module_utils.kube.ownership import Owner
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError
from ansible_collections.stratum.platform.plugins.module_utils.kube.registries import (
    Logins,
    logins,
    sign_in,
    sign_in_hooks,
)
from ansible_collections.stratum.platform.plugins.module_utils.kube.release import Release
from ansible_collections.stratum.platform.plugins.module_utils.kube.rules import parse
from ansible_collections.stratum.platform.plugins.module_utils.kube.wish import Options, Wanted
from ansible_collections.stratum.platform.plugins.module_utils.product.registries import VARIABLE
from ansible_collections.stratum.platform.plugins.plugin_utils.on_cluster import ClusterAction

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?")


class ActionModule(ClusterAction):
    """`state: present` brings the release to its sources, `rolled_back` to an earlier revision."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        **ClusterAction.access,
        "name": {"type": "str"},
        "namespace": {"type": "str"},
        "sources": {"type": "list", "elements": "dict"},
        "registries": {"type": "dict", "no_log": True},
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
    constraints: ClassVar[Mapping[str, Any]] = {
        "required_if": [("state", "present", ["sources"])],
    }

    def work(self) -> dict[str, Any]:
        """The state that is asked for."""
        owner = self._owner()
        with self.cluster() as cluster:
            outcome = self._outcome(cluster, owner)
        return outcome.result(bool(self._task.diff))

    def _outcome(self, cluster: Cluster, owner: Owner) -> Outcome:
        release = Release(cluster, owner, self._options(), self._say)
        state = self.given["state"]
        if state == "absent":
            return release.remove()
        if state == "rolled_back":
            return release.roll_back(self.given["revision"])
        return release.install(self._wanted(cluster, owner))

    def _wanted(self, cluster: Cluster, owner: Owner) -> Wanted:
        rules = [dict(rule) for rule in _plain(self.given["rules"])]
        parse(rules)
        finder = sources.Finder(self._rendered, self._found)
        found = sources.read(_plain(self.given["sources"]), finder, cluster, owner)
        known = self._registries()
        objects = wanted(sign_in(found.objects, owner, known), owner, cluster.namespaced)
        hooks = hooked(sign_in_hooks(found.hooks, owner, known), owner, cluster.namespaced)
        return Wanted(objects, hooks, rules)

    def _registries(self) -> Logins:
        """The task's own, else the environment's, whose passwords the lifecycle has filled in."""
        given = self.given["registries"]
        if given is None:
            given = self._templar.template(self.vars.get(VARIABLE) or {})
        return logins(_plain(given))

    def _owner(self) -> Owner:
        instance: Mapping[str, Any] = self.vars.get("stratum_instance") or {}
        name = self.given["name"] or str(instance.get("name") or "").partition("@")[0]
        namespace = self.given["namespace"] or instance.get("namespace")
        for key, value in (("name", name), ("namespace", namespace)):
            if not value:
                raise AnsibleActionFail(
                    f"`{key}` is missing: give it, or run the task on an instance of a product"
                )
        name = name if self.given["name"] else name.replace("_", "-")
        if not LABEL.fullmatch(name):
            raise AnsibleActionFail(
                f"name: {name!r} cannot be the name of a release: use lower-case letters, "
                "digits and '-', at most 53"
            )
        return Owner(str(namespace), str(name))

    def _options(self) -> Options:
        given = self.given
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
        given = self.given["timeout"]
        return float(self.vars.get("component_ready_timeout", 300) if given is None else given)

    def _rendered(self, name: str) -> str:
        """A template of the role, as `ansible.builtin.template` renders it."""
        path = self._needle("templates", name)
        text = trust_as_template(self._loader.get_text_file_contents(path))
        places = [*self.vars.get("ansible_search_path", []), self._loader.get_basedir()]
        places.append(str(Path(path).parent))
        inner = [found for place in places for found in (f"{place}/templates", place)]
        templar = self._templar.copy_with_new_env(searchpath=inner, available_variables=self.vars)
        rendered = templar.template(text, escape_backslashes=False)
        if rendered is None:
            return ""
        return str(rendered) if isinstance(rendered, str) else json.dumps(_plain(rendered))

    def _found(self, name: str) -> str:
        """A file or folder of the role or play."""
        return self._needle("files", name)

    def _needle(self, kind: str, name: str) -> str:
        project = self.vars.get("stratum_project_dir")
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
        show = self._display.v if "stratum_instance" in self.vars else self._display.display
        show(line)


def _plain(value: Any) -> Any:  # noqa: ANN401  (YAML is any value)
    """A copy without Ansible's tags; a date is text, as it was before YAML read it."""
    return json.loads(json.dumps(value, default=str))
