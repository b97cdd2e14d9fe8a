#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `cluster_standing`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_standing
short_description: Says what a Kubernetes cluster has already
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Looks for objects and tells those that are there without being of one release. Changes nothing.
  - Runs on the controller; the cluster is reached with a kubeconfig.
options:
  name:
    description: Name of the release whose objects do not count.
    type: str
    required: true
  namespace:
    description: Namespace of that release.
    type: str
    required: true
  objects:
    description: What is looked for.
    type: list
    elements: dict
    required: true
    suboptions:
      api_version:
        description: Such as C(v1) or C(apps/v1).
        type: str
        required: true
      kind:
        description: Kind of the object.
        type: str
        required: true
      name:
        description: Name of the object.
        type: str
        required: true
      namespace:
        description: Namespace of the object, where its kind has one.
        type: str
  kubeconfig:
    description: Path of a kubeconfig; else the product's cluster's, else as kubectl finds it.
    type: path
  context:
    description: Context of the kubeconfig; else the product's cluster's, else the current one.
    type: str
attributes:
  check_mode:
    description: Only reads.
    support: full
"""

EXAMPLES = r"""
- name: Look whether somebody has brought metrics
  stratum.platform.cluster_standing:
    name: k3s-addon
    namespace: kube-system
    objects:
      - {api_version: apiregistration.k8s.io/v1, kind: APIService, name: v1beta1.metrics.k8s.io}
"""

RETURN = r"""
foreign:
  description: Names of the objects that are there and not of the release.
  type: list
  elements: str
  returned: always
"""
