"""Where the parts of an instance lie on its machine or in its pods (DESIGN §4.7)."""

from __future__ import annotations

from dataclasses import dataclass

SYSTEMD = "systemd"
KUBERNETES = "kubernetes"


@dataclass(frozen=True)
class Places:
    """Folders of one instance, and the account that it runs as.

    Attributes:
        config: its configuration.
        secrets: one file a secret, readable by the account that installs.
        credentials: the same secrets as the program sees them; may begin with a variable.
        data: what the user keeps.
        log: its output; empty where the service manager keeps it.
        home: what is installed.
        programs: the versions of the program in it, one folder each.
        account: empty where it runs as the one who installs it.
    """

    config: str
    secrets: str
    credentials: str
    data: str
    log: str
    home: str
    programs: str
    account: str


def component_of(instance: str) -> str:
    """The component of `collector@a`."""
    return instance.partition("@")[0]


def places(instance: str, manager: str, folder: str, product: str) -> Places:
    """The places of an instance.

    Args:
        instance: its name.
        manager: the machine's service manager, or kubernetes for a pod.
        folder: of the instance, in an embedded environment.
        product: whose data it is, on a machine of its own.
    """
    if manager == KUBERNETES:
        return Places(
            config="/etc/stratum/config",
            secrets="/etc/stratum/secrets",
            credentials="/etc/stratum/secrets",
            data="/data",
            log="",
            home="",
            programs="",
            account="",
        )
    if manager != SYSTEMD:
        config = f"{folder}/config"
        return Places(
            config=config,
            secrets=config,
            credentials=config,
            data=f"{folder}/data",
            log=f"{folder}/log",
            home=folder,
            programs=f"{folder}/versions",
            account="",
        )
    component = component_of(instance)
    return Places(
        config=f"/etc/stratum/{component}",
        secrets=f"/etc/stratum/{component}/secrets",
        credentials="$CREDENTIALS_DIRECTORY",
        data=f"/var/lib/stratum/{product}/{component}",
        log="",
        home=f"/opt/stratum/{component}",
        programs=f"/opt/stratum/{component}/versions",
        account=f"stratum-{component}",
    )
