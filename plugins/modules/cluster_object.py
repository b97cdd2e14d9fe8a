#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `cluster_object`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_object
short_description: Reads one object of a Kubernetes cluster
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Gives an object as the API server has it. Changes nothing.
  - Runs on the controller; the cluster is reached with a kubeconfig.
  - A task that reads a Secret should have C(no_log).
options:
  api_version:
    description: Such as C(v1) or C(apps/v1).
    type: str
    default: v1
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
- name: Read the authority's certificate
  stratum.platform.cluster_object:
    kind: Secret
    name: stratum-ca
    namespace: cert-manager
  register: authority
  no_log: true
"""

RETURN = r"""
object:
  description: The object; none where there is none.
  type: dict
  returned: always
"""
