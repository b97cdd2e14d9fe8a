"""What a gateway's pods need of secrets beside its passwords: made once, kept with the others.

On a machine the gateway keeps them itself; a pod has no place for them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail

from ansible_collections.stratum.platform.plugins.module_utils.gateway import accounts, authority
from ansible_collections.stratum.platform.plugins.module_utils.run.secret import secret_path
from ansible_collections.stratum.platform.plugins.module_utils.run.state import (
    StateDirectory,
    write_first,
    write_whole,
)
from ansible_collections.stratum.platform.plugins.plugin_utils.on_controller import (
    ControllerAction,
)


class ActionModule(ControllerAction):
    """Files `<component>.accounts` and `<component>.authority`, which go with a purge."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "state_directory": {"type": "path", "required": True},
        "component": {"type": "str", "required": True},
        "passwords": {"type": "dict", "required": True, "no_log": True},
        "authority": {"type": "str", "default": ""},
    }

    def work(self) -> dict[str, Any]:
        """Gives the hashes and, where an authority is asked for, its certificate and key."""
        given = self.given
        self._state = StateDirectory(Path(given["state_directory"]).absolute())
        self._component, self._changed = given["component"], False
        hashes = self._hashes({str(k): str(v) for k, v in given["passwords"].items()})
        found = self._authority(given["authority"]) if given["authority"] else None
        return {
            "changed": self._changed,
            "hashes": hashes,
            "certificate": found.certificate if found else "",
            "private_key": found.private_key if found else "",
        }

    def _hashes(self, passwords: dict[str, str]) -> dict[str, str]:
        """A hash has a salt of its own: one that still holds is kept, or all would be changed."""
        path = self._path("accounts")
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        try:
            hashes = accounts.all_hashed(passwords, kept)
        except accounts.PasswordError as error:
            raise AnsibleActionFail(str(error)) from error
        text = accounts.write(hashes)
        self._changed |= text != kept
        if text != kept and not self._task.check_mode:
            write_whole(path, text)
        return hashes

    def _authority(self, name: str) -> authority.Authority:
        """The first of several instances to ask makes it; under check mode it is not kept."""
        path = self._path("authority")
        if not path.exists():
            self._changed = True
            made = authority.make(name, datetime.now(UTC))
            if self._task.check_mode or write_first(path, made.text):
                return made
        try:
            return authority.read(path.read_text(encoding="utf-8"))
        except authority.AuthorityError as error:
            raise AnsibleActionFail(
                f"{path} {error}; bring it back from a backup, or delete it: all clients then need "
                "the certificate of the new authority"
            ) from error

    def _path(self, key: str) -> Path:
        return secret_path(self._state, self._component, key)
