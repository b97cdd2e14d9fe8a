#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `k3s_node`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: k3s_node
short_description: A node of a K3s cluster, emptied, opened or forgotten from the controller
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Closes a node and evicts its pods as their disruption budgets allow, opens what it closed, or
    deletes the node of a machine that lost its data, so that it can join again.
  - Where the kubeconfig is not there yet, there is no cluster and nothing to do.
options:
  name:
    description: Name of the node.
    type: str
    required: true
  state:
    description: What it is to be.
    type: str
    choices: [drained, open, absent]
    required: true
  kubeconfig:
    description: Kubeconfig on the controller.
    type: path
    required: true
  server:
    description: Address that takes the place of the one in the kubeconfig.
    type: str
    default: ""
  address:
    description: Of the machine; a node at another address that is Ready is not deleted.
    type: str
    default: ""
  timeout:
    description: Seconds that its pods may take to go.
    type: int
    default: 120
attributes:
  check_mode:
    description: It only asks whether the node is there.
    support: full
"""

EXAMPLES = r"""
- name: Empty the node
  stratum.platform.k3s_node:
    name: s1
    state: drained
    kubeconfig: .stratum/ha/components/k3s@s1/kubeconfig
"""

RETURN = r"""
pods:
  description: Pods that were evicted, as namespace/name.
  type: list
  elements: str
  returned: success
"""
