#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `release`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: release
short_description: Brings a release's objects onto a Kubernetes cluster
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - Applies objects by server-side apply, in phases, prunes what an earlier revision had and this
    one lacks, waits until all are ready, and keeps the revision in a Secret of its namespace.
  - Runs on the controller; the cluster is reached with a kubeconfig.
  - An object with the annotation C(helm.sh/hook) is a hook, whichever source it comes from. Where
    one of C(pre-install) or C(pre-upgrade) fails, nothing of the release has been touched.
  - What is not wanted any more is deleted only where it still carries the release's labels.
    PersistentVolumeClaims, namespaces and objects with the annotation
    C(stratum.platform/keep=true) are kept unless O(purge) is set.
  - An object with the annotation C(stratum.platform/recreate=true) is deleted and made anew where
    a field changes that cannot change. Claims, definitions and namespaces never are.
options:
  name:
    description: Name of the release; of an instance of a product, its component's name.
    type: str
  namespace:
    description:
      - Namespace of the release, and of objects that name none. It is made if it is not there.
      - Without it, the namespace of the product's instance.
    type: str
  kubeconfig:
    description: Path of a kubeconfig; else the product's cluster's, else as kubectl finds it.
    type: path
  context:
    description: Context of the kubeconfig; else the product's cluster's, else the current one.
    type: str
  sources:
    description:
      - What the release consists of; each entry has exactly one of the first five keys.
      - Needed for O(state=present).
    type: list
    elements: dict
    suboptions:
      template:
        description: Template of the role, of any number of YAML documents.
        type: str
      manifest:
        description: YAML file, or folder of YAML files.
        type: path
      objects:
        description: Objects as they are.
        type: list
        elements: dict
      chart:
        description: Folder or archive of a Helm chart; C(helm) renders it.
        type: path
      url:
        description: Address of a YAML file, downloaded once.
        type: str
      values:
        description: Values for O(sources[].chart).
        type: dict
      release:
        description: Name under which O(sources[].chart) is rendered; else the release's.
        type: str
      sha256:
        description: Digest of the file at O(sources[].url); needed with it.
        type: str
  registries:
    description:
      - Logins of the registries that its pods' images come from, by host, each with C(user) and
        C(password). What is needed of them becomes a Secret that the pods name.
      - Without it, those of the product's environment; with V({}) none.
    type: dict
    version_added: 1.1.0
  state:
    description:
      - V(present) brings the release to its sources, V(rolled_back) to an earlier revision.
      - V(absent) deletes its objects in reverse order.
    type: str
    choices: [present, absent, rolled_back]
    default: present
  revision:
    description: For O(state=rolled_back); else the last that succeeded before the current one.
    type: int
  keep:
    description: How many revisions are kept.
    type: int
    default: 5
  force:
    description: Take over fields that another field manager owns.
    type: bool
    default: false
  adopt:
    description: Take over objects that belong to another release.
    type: bool
    default: false
  purge:
    description: With O(state=absent), delete also what holds data.
    type: bool
    default: false
  wait:
    description: Wait until all objects are ready.
    type: bool
    default: true
  timeout:
    description:
      - Seconds for the whole task, waiting for another run included.
      - By default C(component_ready_timeout) within a product, else 300.
    type: float
  on_failure:
    description: Whether a failed upgrade is left for looking at, or brought back to what was.
    type: str
    choices: [keep, roll_back]
    default: keep
  rules:
    description: When custom resources are ready.
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: Kind and group, C(Certificate.cert-manager.io).
        type: str
        required: true
      condition:
        description: Condition that has to be true.
        type: str
      path:
        description: Path of a field, C(status.phase).
        type: str
      equals:
        description: Value that the field has to have.
        type: raw
attributes:
  check_mode:
    description: A dry run on the API server; nothing is written.
    support: full
  diff_mode:
    description: One entry an object; values of Secrets are hidden.
    support: full
"""

EXAMPLES = r"""
- name: Install the collector
  stratum.platform.release:
    name: collector
    namespace: delivery
    sources:
      - {template: collector.yml.j2}

- name: Install a chart and wait for its certificate
  stratum.platform.release:
    name: gateway
    namespace: delivery
    sources:
      - chart: charts/gateway
        values: {host: example.org}
    rules:
      - {kind: Certificate.cert-manager.io, condition: Ready}
    on_failure: roll_back

- name: Go back to the revision before
  stratum.platform.release:
    name: collector
    namespace: delivery
    state: rolled_back

- name: Remove the collector and leave its data
  stratum.platform.release:
    name: collector
    namespace: delivery
    state: absent
"""

RETURN = r"""
revision:
  description: The revision that the release is at, or in check mode would be at.
  type: int
  returned: success
objects:
  description: Every object and what became of it.
  type: list
  elements: dict
  returned: success
  contains:
    object:
      description: Kind, namespace and name.
      type: str
    change:
      description: V(created), V(changed), V(unchanged), V(deleted), V(kept) or V(recreated).
      type: str
    reason:
      description: Why an object is kept.
      type: str
images:
  description: The container images that the objects name.
  type: list
  elements: str
  returned: success
evidence:
  description: Conditions, events and log lines that show why it failed.
  type: list
  elements: str
  returned: failure
"""
