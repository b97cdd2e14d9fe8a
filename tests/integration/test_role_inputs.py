"""Wrong inputs of roles: one message each, before anything is touched (tests/role_inputs).

Every case is a host whose connection refuses everything. So a task that wants anything of the
machine ends as unreachable: for sound inputs that is how far they must come, for wrong ones it is
the fault that is looked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.document import read
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import Problem
from ansible_collections.stratum.platform.plugins.module_utils.product.sources import File

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = Path(__file__).with_name("role_inputs")
FILES = sorted((ROOT / "tests" / "role_inputs").glob("*.yml"))
FAILED, UNREACHABLE = 2, 4  # exit codes of ansible-playbook
# What decides or only leads elsewhere; everything else does something.
DECIDING = {
    f"ansible.builtin.{name}"
    for name in ("assert", "fail", "include_role", "include_tasks", "validate_argument_spec")
}
# What is read from a file is data: as in a product, nothing in an input is a template.
INPUTS = "{{ lookup('ansible.builtin.file', inventory_dir ~ '/' ~ inventory_hostname ~ '.json') }}"
EVERYWHERE = {
    "ansible_connection": "untouchable",
    "ansible_python_interpreter": "python3",
    "case_inputs": INPUTS.replace(" }}", " | from_json }}"),
}


@dataclass(frozen=True)
class Case:
    """A role with inputs. `says` is the message that refuses them; empty for sound ones."""

    role: str
    sentence: str
    inputs: Mapping[str, Any]
    says: str = ""

    @property
    def name(self) -> str:
        return f"{self.role.rpartition('.')[2]}: {self.sentence}"


@dataclass(frozen=True)
class Seen:
    """What a run did: its exit code, and for each case what its tasks told."""

    folder: Path
    code: int
    output: str
    told: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    def verdict(self, case: Case) -> str:
        """What is wrong with how the role took the inputs; empty where nothing is."""
        told = self.told.get(case.name, [])
        judge = _of_wrong if case.says else _of_sound
        return "; ".join(judge(case, told))


def cases(file: Path) -> Iterator[Case]:
    """The sound inputs of a file, read as a product's are, then the wrong ones, over them."""
    problems: list[Problem] = []
    content = read(File(file.name, file.read_text(encoding="utf-8")), problems).value
    assert problems == []
    role, sound = f"stratum.platform.{content['role']}", content["sound"]
    yield Case(role, "sound inputs", sound)
    for wrong in content["wrong"]:
        yield Case(role, wrong["case"], {**sound, **wrong["inputs"]}, wrong["says"].strip())


def run(wanted: list[Case], folder: Path, roles: Path | None = None) -> Seen:
    """One ansible-playbook with a host for each case."""
    folder.mkdir(parents=True, exist_ok=True)
    hosts = {f"case_{number:03d}": case for number, case in enumerate(wanted)}
    write_inventory(folder, hosts)
    (folder / "site.yml").write_bytes((SUPPORT / "site.yml").read_bytes())
    program = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [str(program), "-i", str(folder / "inventory.yml"), str(folder / "site.yml")],
        cwd=ROOT,  # relative paths among the inputs begin here
        env=environment(folder, roles or folder / "roles"),
        capture_output=True,
        text=True,
        check=False,
    )
    told: dict[str, list[dict[str, Any]]] = {}
    for line in (folder / "told").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        told.setdefault(hosts[event["host"]].name, []).append(event)
    return Seen(folder, done.returncode, done.stdout + done.stderr, told)


def write_inventory(folder: Path, hosts: Mapping[str, Case]) -> None:
    """Each host's inputs lie in a file of their own."""
    variables = {}
    for host, case in hosts.items():
        (folder / f"{host}.json").write_text(json.dumps(case.inputs), encoding="utf-8")
        given = {name: f"{{{{ case_inputs['{name}'] }}}}" for name in case.inputs}
        variables[host] = {"case_role": case.role, **given}
    inventory = {"all": {"vars": EVERYWHERE, "hosts": variables}}
    (folder / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")


def environment(folder: Path, roles: Path) -> dict[str, str]:
    (folder / "told").touch()
    return {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_CONNECTION_PLUGINS": str(SUPPORT / "connection"),
        "ANSIBLE_CALLBACK_PLUGINS": str(SUPPORT / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "told",
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
        "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",
        "ANSIBLE_ROLES_PATH": str(roles),
        "ANSIBLE_FORKS": "6",
        "ANSIBLE_HOME": str(folder / "ansible"),
        "KUBECONFIG": str(folder / "no-cluster"),
        "STRATUM_TOLD": str(folder / "told"),
        "LC_ALL": "C.UTF-8",
    }


def _acts(event: Mapping[str, Any]) -> bool:
    return event["action"] not in DECIDING


def _place(event: Mapping[str, Any]) -> str:
    path = Path(event["path"])
    return f"{event['task']} ({path.parent.name}/{path.name})"


def _of_wrong(case: Case, told: list[dict[str, Any]]) -> Iterator[str]:
    for event in told:
        if _acts(event) or event["how"] == "unreachable":
            yield f"something was touched by {_place(event)}"
    messages = [message for event in told for message in event["messages"]]
    if not messages:
        yield "it was not refused"
    elif messages != [case.says]:
        yield f"it says {messages}, not {[case.says]}"


def _of_sound(case: Case, told: list[dict[str, Any]]) -> Iterator[str]:
    beyond = [event for event in told if _acts(event)]
    refused = [message for event in told if not _acts(event) for message in event["messages"]]
    if refused:
        yield f"it is refused: {refused}"
    elif not beyond:
        yield "its role did nothing"


ALL = [case for file in FILES for case in cases(file)]
SOUND = [case for case in ALL if not case.says]
WRONG = [case for case in ALL if case.says]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Seen]:
    """What became of the sound and of the wrong cases, each in one run."""
    found: dict[bool, Seen] = {}

    def of(sound: bool) -> Seen:
        if sound not in found:
            folder = tmp_path_factory.mktemp("sound" if sound else "wrong")
            found[sound] = run(SOUND if sound else WRONG, folder)
        return found[sound]

    return of


def test_there_are_at_least_thirty_wrong_inputs() -> None:
    assert len(WRONG) >= 30
    assert len({case.name for case in ALL}) == len(ALL)


def test_every_run_with_wrong_inputs_fails_and_touches_no_machine(seen: Any) -> None:
    found = seen(False)
    assert found.code == FAILED, found.output[-4000:]
    assert sorted(found.told) == sorted(case.name for case in WRONG)
    assert not list(found.folder.glob("**/.stratum"))


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_wrong_input_is_refused_with_one_message(seen: Any, case: Case) -> None:
    assert seen(False).verdict(case) == ""


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.name)
def test_sound_inputs_pass_the_checks(seen: Any, case: Case) -> None:
    assert seen(True).verdict(case) == ""


CARELESS = """---
- name: Make a folder
  ansible.builtin.file: {path: /tmp, state: directory}
- name: The name is given
  ansible.builtin.assert: {that: careless_name | length > 0, fail_msg: careless_name is empty}
"""
BLIND = """---
- name: Make a folder
  ansible.builtin.file: {path: /tmp, state: directory}
"""
TALKING = """---
- name: The name is given
  ansible.builtin.assert: {that: talking_name | length > 0, fail_msg: give talking_name}
"""
REFUSED = "x_name is empty"


@pytest.mark.parametrize(
    ("role", "tasks", "verdict"),
    [
        (
            "careless",
            CARELESS,
            "something was touched by Make a folder (tasks/main.yml:2); it was not refused",
        ),
        (
            "blind",
            BLIND,
            "something was touched by Make a folder (tasks/main.yml:2); it was not refused",
        ),
        ("talking", TALKING, f"it says ['give talking_name'], not {[REFUSED]}"),
        ("idle", "---\n[]\n", "it was not refused"),
    ],
    ids=["checks too late", "checks nothing", "says another thing", "does nothing"],
)
def test_a_role_that_takes_wrong_inputs_is_found(
    tmp_path: Path, role: str, tasks: str, verdict: str
) -> None:
    main = tmp_path / "roles" / role / "tasks" / "main.yml"
    main.parent.mkdir(parents=True)
    main.write_text(tasks)
    wrong = Case(role, "wrong", {f"{role}_name": ""}, REFUSED)
    assert run([wrong], tmp_path).verdict(wrong) == verdict


@pytest.mark.parametrize(
    ("role", "tasks", "verdict"),
    [
        ("blind", BLIND, ""),
        ("talking", TALKING, "it is refused: ['give talking_name']"),
        ("idle", "---\n[]\n", "its role did nothing"),
    ],
    ids=["goes on", "refuses", "does nothing"],
)
def test_a_role_that_refuses_sound_inputs_is_found(
    tmp_path: Path, role: str, tasks: str, verdict: str
) -> None:
    main = tmp_path / "roles" / role / "tasks" / "main.yml"
    main.parent.mkdir(parents=True)
    main.write_text(tasks)
    sound = Case(role, "sound", {f"{role}_name": ""})
    found = run([sound], tmp_path)
    assert (found.verdict(sound), found.code == UNREACHABLE) == (verdict, verdict == "")
