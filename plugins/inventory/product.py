# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inventory of a product: one host an instance, in the order in which they are installed."""

from __future__ import annotations

DOCUMENTATION = """
name: product
short_description: The instances of a Stratum product as hosts
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - Resolves an environment, that is a file C(product.yml) in a folder of C(inventories/), together
    with the product's template, its parameters, the release lock and the roles' metadata.
  - Every instance of a component becomes a host. Hosts come in topological order.
  - All problems of the manifest are reported together; then nothing is run.
  - Set C(any_unparsed_is_failed) in the section C(inventory) of C(ansible.cfg), so that Ansible
    ends on a problem and does not go on with an empty inventory.
options:
  plugin:
    description: Names this plugin.
    type: str
    required: true
    choices: [stratum.platform.product]
  product:
    description: Name of a folder of C(products/).
    type: str
    required: true
  release:
    description:
      - Version to install; there is a lock of that name in the product's C(releases/).
      - The extra variable C(stratum_release) takes its place for one run; C(previous) is the
        release that was last installed before this one.
    type: str
    required: true
  environment:
    description: Name of the environment; by default that of the folder.
    type: str
  schedule:
    description: Takes the place of the product's schedule.
    type: str
    choices: [tiers, graph]
  artifacts:
    description: Whether our own services are built from the checkout or taken from the lock.
    type: str
    choices: [checkout, release]
    default: release
  state_dir:
    description: Where records and secrets are kept; by default C(.stratum/<environment>).
    type: str
  roles_path:
    description: Further folders of roles, relative to this file.
    type: list
    elements: str
  machines:
    description:
      - Machines by name, each with C(address), C(service_manager), and where needed
        C(connection), C(port), C(user), C(groups) and C(vars).
    type: dict
  clusters:
    description: Kubernetes clusters by name, each with C(kubeconfig) and C(context).
    type: dict
  secrets:
    description:
      - Where secrets come from; by default all are generated, once.
      - A file encrypted with ansible-vault (C(vault)) or SOPS (C(sops)), relative to the project,
        and with C(missing) what becomes of a secret that it lacks, C(refuse) or C(generate).
    type: dict
    version_added: 1.1.0
  registries:
    description:
      - Registries that pods pull from with a login, by host, each with C(user) and C(password).
      - >-
        A password is C({secret: registries.NAME}), with its value in the file of O(secrets).
    type: dict
    version_added: 1.1.0
  parameters:
    description: Values for the product's parameters.
    type: dict
"""

EXAMPLES = """
# inventories/demo/product.yml
plugin: stratum.platform.product
product: delivery
release: 1.0.0
artifacts: checkout
machines:
  local:
    connection: local
    address: 127.0.0.1
    service_manager: supervisord
parameters:
  console_port: 18088
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.template import trust_as_template
from ansible.utils.vars import load_extra_vars

from ansible_collections.stratum.platform.plugins.module_utils.product.environment import (
    read_environment,
)
from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.hosts import (
    Host,
    group_variables,
    hosts,
)
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import (
    Problem,
    ProductError,
)
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve
from ansible_collections.stratum.platform.plugins.module_utils.run import record
from ansible_collections.stratum.platform.plugins.module_utils.run.state import StateDirectory

FILE_NAMES = ("product.yml", "product.yaml")
# Instances on machines with systemd whose ports nobody has looked at yet.
PORTS_TO_CHECK = "ports_to_check"
PREVIOUS = "previous"


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc]
    """Thin: the resolver decides, this hands its hosts to Ansible."""

    NAME = "stratum.platform.product"

    def verify_file(self, path: str) -> bool:
        """Only a file called product.yml is an environment."""
        return bool(super().verify_file(path)) and Path(path).name in FILE_NAMES

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:  # noqa: ANN401
        """Add groups and hosts, tiers first, so that `hosts: all` keeps the topological order."""
        super().parse(inventory, loader, path, cache)
        folder = Folder(Path(path))
        try:
            resolved = resolve(folder, _release(folder, load_extra_vars(loader)))
            everywhere = group_variables(resolved, folder)
            instances = list(hosts(resolved, folder, python=sys.executable))
        except ProductError as error:
            # Ansible shows the message of a failed source twice, its help text once.
            raise AnsibleParserError(error.headline, help_text=error.listing) from None
        for name, value in everywhere.items():
            inventory.set_variable("all", name, value)
        # Ansible lists the hosts of `all` group by group: the tiers have to be the first groups.
        for host in instances:
            self._add(host, host.groups[:1])
        for host in instances:
            self._add(host, host.groups[1:])
            for name, value in host.variables.items():
                inventory.set_variable(host.name, name, value)
            for name in host.late:
                value = f"{{{{ component_inputs.variables['{name}'] }}}}"
                inventory.set_variable(host.name, name, trust_as_template(value))
        state = StateDirectory(Path(everywhere["stratum_state_dir"]))
        inventory.add_group(PORTS_TO_CHECK)
        for host in instances:
            if _has_new_ports(host, state):
                inventory.add_host(host.name, group=PORTS_TO_CHECK)

    def _add(self, host: Host, groups: Iterable[str]) -> None:
        for group in groups:
            self.inventory.add_group(group)
            self.inventory.add_host(host.name, group=group)


def _release(folder: Folder, extra: Mapping[str, Any]) -> str:
    """The release that this run is about; empty for the one that the environment names."""
    wanted = str(extra.get("stratum_release", ""))
    if wanted != PREVIOUS:
        return wanted
    problems: list[Problem] = []
    environment = read_environment(folder, problems)
    state = StateDirectory(folder.project / environment.state_dir)
    before = record.release_before(state, environment.product, environment.release)
    if before is None:
        what = f"no release of {environment.product} was installed before {environment.release}"
        cure = f"name one, as -e stratum_release={environment.release}"
        raise ProductError([Problem(environment.document.where("release"), what, cure)])
    return before


def _has_new_ports(host: Host, state: StateDirectory) -> bool:
    ports = host.variables["stratum_instance"]["ports"]
    if host.variables.get("stratum_service_manager") != "systemd" or not ports:
        return False
    before = record.read(state, host.name)
    return before is None or not before.has_ports(ports)
