"""The environment's file of secrets, decrypted once a process with what Ansible knows.

The callback reads it in the main process, so that the workers inherit what was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError

from ansible_collections.stratum.platform.plugins.module_utils.run import sops
from ansible_collections.stratum.platform.plugins.module_utils.run.given import (
    Declared,
    DecryptError,
    Given,
    Source,
    given,
)

VAULT_HEADER = b"$ANSIBLE_VAULT;"
_read: dict[Source, Given] = {}


def given_secrets(source: Source, declared: Declared, loader: Any) -> Given:  # noqa: ANN401
    """What the file gives.

    Args:
        source: the file.
        declared: the secrets that the product's components declare.
        loader: Ansible's reader of files; it has the vault passwords of this run.
    """
    if source not in _read:

        def decrypt(wanted: Source) -> str:
            return _decrypted(wanted, loader)

        _read[source] = given(source, decrypt, declared)
    return _read[source]


def read_ahead(variables: Mapping[str, Any], loader: Any) -> None:  # noqa: ANN401
    """Read the file, if there is one, for the workers of this process."""
    source = Source.of(variables)
    if source is not None:
        _read.pop(source, None)
        given_secrets(source, variables["stratum_product"]["secrets"], loader)


def _decrypted(source: Source, loader: Any) -> str:  # noqa: ANN401
    if not source.path.is_file():
        raise DecryptError(
            "there is no such file", "name a file relative to the project, or make this one"
        )
    if source.kind == "sops":
        return sops.decrypt(source.path)
    if not source.path.read_bytes().startswith(VAULT_HEADER):
        raise DecryptError(
            "it is not encrypted with ansible-vault", f"ansible-vault encrypt {source.name}"
        )
    try:
        return str(loader.get_text_file_contents(str(source.path)))
    except AnsibleError as error:
        raise DecryptError(
            f"it cannot be decrypted: {' '.join(error.message.split())}",
            "give its password with --vault-password-file <file> or --ask-vault-pass",
        ) from None
