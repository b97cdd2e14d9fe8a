#!/usr/bin/python
# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Databases and accounts of a MariaDB on the machine where it runs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mariadb
short_description: Gives a MariaDB its databases and its accounts
version_added: 1.1.0
author: Stratum maintainers (@stratum-platform)
description:
  - Asks the server over its socket, as root, and changes only what differs.
  - Accounts that are not described are dropped, except the server's own. Databases never are.
  - Passwords reach the server as digests, on the standard input of its client.
options:
  socket:
    description: Path of the server's socket; without one, check mode expects an empty server.
    type: path
    required: true
  client:
    description: Path of the server's client program.
    type: path
    default: /usr/bin/mariadb
  databases:
    description: Names of the databases that there are.
    type: list
    elements: str
    default: []
  users:
    description: All accounts beside the server's own.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name.
        type: str
        required: true
      host:
        description: Where it may come from.
        type: str
        default: "%"
      password:
        description: Password.
        type: str
        required: true
      grants:
        description: Its rights, on each database those that it needs.
        type: list
        elements: dict
        default: []
        suboptions:
          database:
            description: Name of a database.
            type: str
            required: true
          privileges:
            description: Rights as C(GRANT) names them, such as C(SELECT); C(ALL) for each of them.
            type: list
            elements: str
            required: true
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
  stratum.platform.mariadb:
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

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.stratum.platform.plugins.module_utils.database.account import (
    ANYWHERE,
    accounts,
    problems,
)
from ansible_collections.stratum.platform.plugins.module_utils.database.change import (
    Change,
    Present,
    changes,
)
from ansible_collections.stratum.platform.plugins.module_utils.database.mariadb import (
    DatabaseError,
    MariaDB,
)

GRANT = {
    "database": {"type": "str", "required": True},
    "privileges": {"type": "list", "elements": "str", "required": True},
}
USER = {
    "name": {"type": "str", "required": True},
    "host": {"type": "str", "default": ANYWHERE},
    "password": {"type": "str", "required": True, "no_log": True},
    "grants": {"type": "list", "elements": "dict", "default": [], "options": GRANT},
}
ARGUMENTS = {
    "socket": {"type": "path", "required": True},
    "client": {"type": "path", "default": "/usr/bin/mariadb"},
    "databases": {"type": "list", "elements": "str", "default": []},
    "users": {"type": "list", "elements": "dict", "default": [], "options": USER},
}


def main() -> None:
    """Ansible's entry."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    wrong = problems(module.params["users"], module.params["databases"])
    if wrong:
        module.fail_json(msg="\n".join(wrong))
    try:
        made = _made(module)
    except DatabaseError as error:
        module.fail_json(msg=str(error))
    done = [change.sentence for change in made]
    after = "".join(f"{sentence}\n" for sentence in done)
    module.exit_json(changed=bool(done), done=done, diff={"before": "", "after": after})


def _made(module: AnsibleModule) -> list[Change]:
    wanted, socket = module.params, Path(module.params["socket"])
    server = MariaDB(wanted["client"], socket)
    not_yet = module.check_mode and not socket.exists()
    there = Present() if not_yet else server.present()
    made = changes(wanted["databases"], accounts(wanted["users"]), there)
    if made and not module.check_mode:
        server.make(made)
    return made


if __name__ == "__main__":
    main()
