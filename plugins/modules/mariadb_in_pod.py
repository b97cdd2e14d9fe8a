#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `mariadb_in_pod`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mariadb_in_pod
short_description: Gives a MariaDB in a pod its databases and its accounts
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - As M(stratum.platform.mariadb), by the client in the pod, over the server's socket there.
    What runs the client in the pod is the account that the server lets in without a password.
  - First brings the system tables to the version of the server, where they are of an earlier one.
  - Needs Kubernetes 1.30 or newer, and the right to create C(pods/exec) in the namespace.
  - Passwords reach the server as digests, on the standard input of its client.
options:
  namespace:
    description: Namespace of the pod.
    type: str
    required: true
  pod:
    description: Name of the pod; without one, check mode expects an empty server.
    type: str
    required: true
  container:
    description: Name of the server's container in it.
    type: str
    required: true
  kubeconfig:
    description: Path of the kubeconfig; that of the instance's cluster where it is not given.
    type: path
  context:
    description: Context of the kubeconfig; that of the instance's cluster where it is not given.
    type: str
  socket:
    description: Path of the server's socket in the container.
    type: path
    required: true
  user:
    description: The server's account that the container's user is let in as.
    type: str
    default: mysql
  databases:
    description: Names of the databases that there are.
    type: list
    elements: str
    default: []
  users:
    description: All accounts beside the server's own, as M(stratum.platform.mariadb) takes them.
    type: list
    elements: dict
    default: []
attributes:
  check_mode:
    description: Says what would change.
    support: full
  diff_mode:
    description: The diff lists the changes as sentences.
    support: full
"""

EXAMPLES = r"""
- name: Make the database and its user
  stratum.platform.mariadb_in_pod:
    namespace: shop
    pod: mysql-0
    container: mysql
    socket: /run/stratum-mysql/mariadb.sock
    databases: [shop]
    users:
      - name: shop
        password: "{{ shop_password }}"
        grants:
          - database: shop
            privileges: [SELECT, INSERT, UPDATE, DELETE]
"""

RETURN = r"""
done:
  description: What was done, in words.
  type: list
  elements: str
  returned: success
"""
