#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `k3s_kubeconfig`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: k3s_kubeconfig
short_description: The kubeconfig of a K3s server, onto the controller
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Reads it on the machine and keeps it on the controller with mode 0600, with the address that the
    server is reached under in place of loopback.
options:
  path:
    description: Where it is kept on the controller.
    type: path
    required: true
  server:
    description: Address of the server.
    type: str
    required: true
  source:
    description: Where it lies on the machine.
    type: path
    default: /etc/rancher/k3s/k3s.yaml
attributes:
  check_mode:
    description: It only says whether the file differs.
    support: full
"""

EXAMPLES = r"""
- name: Keep the kubeconfig
  stratum.platform.k3s_kubeconfig:
    path: .stratum/ha/components/k3s@s1/kubeconfig
    server: https://192.0.2.11:6443
"""

RETURN = r""" # """
