#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `artifact`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: artifact
short_description: Brings the programs of a file to the controller, checked by its sha256
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Takes the file from a mirror, or fetches it once from its address, for the role
    P(stratum.platform.program#role).
options:
  name:
    description: Name of the file, as it lies in a mirror.
    type: str
    required: true
  sha256:
    description: Of its content, 64 hexadecimal digits.
    type: str
    required: true
  url:
    description: Where it is fetched where no mirror is named.
    type: str
  programs:
    description:
      - Of a tar or zip archive, name of a program to the pattern of its member's path.
      - Without any, the file itself is the program.
    type: dict
  mirror:
    description: Folder on the controller that holds the file.
    type: path
  folder:
    description: Folder on the controller that the programs are kept in.
    type: path
    required: true
attributes:
  check_mode:
    description: The file is brought, as it lies on the controller; the machine is left alone.
    support: full
"""

EXAMPLES = r"""
- name: Bring the programs
  stratum.platform.artifact:
    name: node_exporter-1.12.1.linux-amd64.tar.gz
    sha256: 6c2ae0a9bb1a55b0b05fa11c4a2a2a1c6e5ba8a3a7e2b0fbb0a1bd2a9be0d4c1
    url: https://downloads.example.com/node_exporter-1.12.1.linux-amd64.tar.gz
    programs: {node_exporter: "*/node_exporter"}
    folder: .stratum/demo/components/node_exporter/artifacts
"""

RETURN = r"""
programs:
  description: Each program with its C(name) and its C(path) on the controller.
  type: list
  elements: dict
  returned: success
"""
