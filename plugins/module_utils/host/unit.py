"""A program as a systemd unit: hardened, restarted when it ends, with its secrets as credentials.

Pure: a program in, the text of its unit out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from .places import component_of
from .program import Program

# What every unit has. A role that cannot live with one says so in its `confinement`, with a reason.
CONFINEMENT: Mapping[str, str] = {
    "AmbientCapabilities": "",
    "CapabilityBoundingSet": "",
    "DevicePolicy": "closed",
    "KeyringMode": "private",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "NoNewPrivileges": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProcSubset": "pid",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHome": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectProc": "invisible",
    "ProtectSystem": "strict",
    "RemoveIPC": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}
STATE_ROOT = "/var/lib/"
CREDENTIALS = "$CREDENTIALS_DIRECTORY"
IN_COMMAND = "${CREDENTIALS_DIRECTORY}"
IN_ENVIRONMENT = "%d"  # systemd replaces variables in commands only
PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")


def unit_name(instance: str) -> str:
    """The name of an instance's unit."""
    return f"stratum-{component_of(instance)}.service"


def unit_text(program: Program) -> str:
    """The unit. `STRATUM_UNIT` in it is a digest of the rest: a running process tells by it."""
    text = "\n".join(_lines(program, ""))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return "\n".join(_lines(program, digest)) + "\n"


def unit_digest(text: str) -> str:
    """The digest that `unit_text` put into a unit; empty where it is not one of ours."""
    found = re.search(r"^Environment=STRATUM_UNIT=(\w+)$", text, re.MULTILINE)
    return found[1] if found else ""


def unit_owner(text: str) -> str:
    """Whose unit it is, as `Program.owner` said; empty where it does not say."""
    found = re.search(r"^Owner=(.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def _lines(program: Program, digest: str) -> Iterator[str]:
    yield "# Written by Stratum: what is changed here is lost at the next installation."
    yield "[Unit]"
    yield f"Description={_text(f'Stratum {component_of(program.name)} ({program.owner})')}"
    yield "Wants=network-online.target"
    yield "After=network-online.target"
    yield "StartLimitIntervalSec=0"
    yield ""
    yield "[Service]"
    yield "Type=exec"
    yield f"User={program.user}"
    yield f"ExecStart={' '.join(_word(word) for word in program.command)}"
    yield f"WorkingDirectory={_text(str(program.directory))}"
    if str(program.directory).startswith(STATE_ROOT):
        yield f"StateDirectory={_word(str(program.directory).removeprefix(STATE_ROOT))}"
        yield "StateDirectoryMode=0700"
    for key in sorted(program.environment):
        pair = f"{key}={program.environment[key]}"
        yield f"Environment={_word(pair, dollar='$', credentials=IN_ENVIRONMENT)}"
    yield f"Environment=STRATUM_UNIT={digest}"
    for name in sorted(program.credentials):
        yield f"LoadCredential={name}:{_text(program.credentials[name])}"
    yield "Restart=always"
    yield "RestartSec=1"
    yield "KillMode=mixed"
    yield f"TimeoutStopSec={program.stop_seconds}"
    confinement = {**CONFINEMENT, **program.confinement}
    yield from (f"{key}={confinement[key]}" for key in sorted(confinement))
    yield ""
    yield "[Install]"
    yield "WantedBy=multi-user.target"
    yield ""
    yield "[X-Stratum]"
    yield f"Instance={_text(program.name)}"
    yield f"Owner={_text(program.owner)}"


def _word(word: str, dollar: str = "$$", credentials: str = IN_COMMAND) -> str:
    """A word of a command line, or of a list, as systemd splits them."""
    if PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    parts = [_text(part).replace("$", dollar) for part in escaped.split(CREDENTIALS)]
    return f'"{credentials.join(parts)}"'


def _text(value: str) -> str:
    """`%` begins a specifier, and a line break would begin another directive."""
    return value.replace("%", "%%").replace("\n", " ")
