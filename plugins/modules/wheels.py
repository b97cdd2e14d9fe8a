#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation of the action `wheels`, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: wheels
short_description: Makes an archive of all wheels that a machine needs for one program
version_added: 1.0.0
author: Stratum maintainers (@stratum-platform)
description:
  - Downloads or builds on the controller what a machine's Python needs, for the role
    P(stratum.platform.program#role).
options:
  requirements:
    description: What is to be installed, as lines of a requirements file.
    type: list
    elements: str
    required: true
  constraints:
    description: Constraints file that pins what the requirements pull in.
    type: path
  digest:
    description: Digest of what is installed; a made archive is used again while it is the same.
    type: str
    required: true
  target:
    description: What the machine's Python says of itself, C(python), C(machine) and C(glibc).
    type: dict
    required: true
  mirror:
    description: Folder of wheels that is used in place of the package index.
    type: path
  folder:
    description: Folder on the controller that the archive is kept in.
    type: path
    required: true
attributes:
  check_mode:
    description: The archive is made, as it lies on the controller; the machine is left alone.
    support: full
"""

EXAMPLES = r"""
- name: Make the archive
  stratum.platform.wheels:
    requirements: [stratum-services]
    digest: 6f1ed002ab559585
    target: {python: "3.11", machine: x86_64, glibc: "2.36"}
    folder: .stratum/demo/wheels
"""

RETURN = r"""
path:
  description: Path of the archive on the controller.
  type: str
  returned: success
"""
