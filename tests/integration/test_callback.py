"""The timeline callback on plays that are no run of a product, as Molecule's are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from molecule.command.idempotence import Idempotence

from ansible_collections.stratum.platform.bench.generated import PROJECT

PLAY = """
- name: Prepare the machine
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
"""


def play(folder: Path, tasks: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = folder / "play.yml"
    path.write_text(PLAY + tasks, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,"]
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_FORCE_COLOR": "false",
    }
    return subprocess.run(
        [*command, *arguments, str(path)],
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


def shown(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What stands before the recap."""
    return done.stdout.partition("\nPLAY RECAP")[0].splitlines()


def test_a_failure_is_its_message_and_not_json(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Check the port
      ansible.builtin.fail:
        msg: |-
          port 8480 is in use
          choose another with collector_port
""",
    )
    assert shown(done) == [
        "Prepare the machine",
        "✗ localhost: Check the port: port 8480 is in use",
        "    choose another with collector_port",
    ]


def test_the_output_of_a_failed_command_is_its_evidence(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Ask the service
      ansible.builtin.command: sh -c 'echo no such service >&2; exit 3'
""",
    )
    _play, said, evidence = shown(done)
    # ansible-core 2.22 says it in a whole sentence.
    assert said.startswith("✗ localhost: Ask the service: ")
    assert "non-zero return code" in said
    assert evidence == "    no such service"


def test_an_assertion_that_fails_is_quoted(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Check the answer
      ansible.builtin.assert:
        that: 1 > 2
        fail_msg: one is not enough
""",
    )
    assert shown(done)[1:] == ["✗ localhost: Check the answer: one is not enough (1 > 2)"]


def test_a_failure_that_is_ignored_says_so(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Try
      ansible.builtin.fail:
        msg: not today
      ignore_errors: true
""",
    )
    assert shown(done)[1:] == ["✗ localhost: Try: not today (ignored)"]


def test_a_failure_that_is_rescued_says_so(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Try and recover
      block:
        - name: Try
          ansible.builtin.fail:
            msg: not today
      rescue:
        - name: Fail again
          ansible.builtin.fail:
            msg: nor tomorrow
""",
    )
    assert shown(done)[1:] == [
        "✗ localhost: Try: not today (rescued)",
        "✗ localhost: Fail again: nor tomorrow",
    ]


def test_debug_prints_its_text_alone(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Tell
      ansible.builtin.debug:
        msg: [first, second]
    - name: Tell in a loop
      ansible.builtin.debug:
        msg: "{{ item }}"
      loop: [third, fourth]
""",
    )
    assert shown(done) == ["Prepare the machine", "first", "second", "third", "fourth"]


def test_a_secret_is_not_shown_when_its_task_fails(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Use the password
      ansible.builtin.fail:
        msg: password 1234 is wrong
      no_log: true
""",
    )
    assert "1234" not in done.stdout + done.stderr


def test_molecule_can_list_what_is_not_idempotent(tmp_path: Path) -> None:
    done = play(
        tmp_path,
        """
    - name: Change
      ansible.builtin.command: "true"
""",
    )
    check = Idempotence.__new__(Idempotence)
    assert not check._is_idempotent(done.stdout)
    assert check._non_idempotent_tasks(done.stdout) == ["* [localhost] => Change"]


def test_with_v_results_are_shown_as_by_the_default_callback(tmp_path: Path) -> None:
    tasks = """
    - name: Change
      ansible.builtin.command: "true"
"""
    assert "TASK [Change] *" in play(tmp_path, tasks, "-v").stdout
