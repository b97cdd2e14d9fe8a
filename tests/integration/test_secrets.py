"""Real runs with secrets of ansible-vault, of SOPS and generated ones, and their rotation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from ansible_collections.stratum.platform.bench.generated import Component, Product, Project
from ansible_collections.stratum.platform.plugins.module_utils.run import order

BIN = Path(sys.executable).parent
SHARED = {"secret": "first.key"}
COMPONENTS = (
    Component("first", 0, 0.0),
    Component("second", 1, 0.0, needs=("first",)),
    Component("third", 1, 0.0, needs=("first",)),
)
PLAIN = "first:\n  key: correct horse\nthird:\n  token: battery staple\n"


@dataclass(frozen=True)
class World:
    """A product of three: `first` and `second` share a secret, `third` has one of its own.

    What each was given shows in its record: it offers the secret as an output.
    """

    made: Project

    @property
    def file(self) -> Path:
        return self.made.folder / "secrets.yml"

    @property
    def secrets(self) -> Path:
        return self.made.state / "secrets"

    def write(self, third: str = "succeeds", second: str = "succeeds") -> None:
        self.made.write()
        with self.changed() as inventory:
            hosts, everywhere = inventory["all"]["hosts"], inventory["all"]["vars"]
            keys = {"length": 40}
            everywhere["stratum_product"]["secrets"] = {
                "first": {"key": keys},
                "third": {"token": keys},
            }
            for name, secret in (("first", SHARED), ("second", SHARED), ("third", None)):
                given = {f"{name}_place": secret or {"secret": "third.token"}}
                host = hosts[f"{name}@local"]
                host["stratum_instance"]["vars"] |= given
                # As the inventory plugin does with a variable that refers to something.
                host[f"{name}_place"] = f"{{{{ component_inputs.variables['{name}_place'] }}}}"

    def changed(self) -> Changed:
        return Changed(self.made.folder / "inventory.yml")

    def give(self, kind: str, missing: str = "refuse") -> None:
        said = {"kind": kind, "name": "secrets.yml", "path": str(self.file), "missing": missing}
        with self.changed() as inventory:
            inventory["all"]["vars"]["stratum_secrets_file"] = said

    def states(self) -> dict[str, str]:
        events, _wrong = order.parse(self.made.journals()[-1].read_bytes())
        return {e["instance"]: e["state"] for e in events if e["event"] == "ended"}

    def received(self) -> dict[str, str]:
        """The secret that each component was installed with."""
        paths = sorted((self.made.state / "records").glob("*.json"))
        found = [json.loads(path.read_text()) for path in paths]
        return {entry["component"]: str(entry["outputs"]["place"]) for entry in found}

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = self.made.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def rotate(self, *arguments: str, secret: str = "first.key") -> Any:
        return self.made.run("-e", f"secret={secret}", *arguments, playbook="rotate.yml")


@dataclass
class Changed:
    """The inventory's content; what is changed in it is written at the end."""

    path: Path

    def __enter__(self) -> dict[str, Any]:
        self.content: dict[str, Any] = json.loads(self.path.read_text())
        return self.content

    def __exit__(self, *_error: object) -> None:
        self.path.write_text(json.dumps(self.content))


@pytest.fixture
def world(tmp_path: Path) -> World:
    path = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    found = World(Project(tmp_path, Product(COMPONENTS, "graph"), path))
    found.write()
    return found


def vault(world: World, text: str = PLAIN) -> tuple[str, str]:
    """Encrypts the file with ansible-vault; gives the arguments that decrypt it."""
    password = world.made.folder / "password"
    password.write_text("a password")
    world.file.write_text(text)
    argument = f"--vault-password-file={password}"
    command = [str(BIN / "ansible-vault"), "encrypt", argument, str(world.file)]
    subprocess.run(command, check=True, capture_output=True)
    return "--vault-password-file", str(password)


def sops(world: World, monkeypatch: pytest.MonkeyPatch, text: str = PLAIN) -> Path:
    """Encrypts the file with SOPS for a new age key; gives the file of that key."""
    identity = x25519.Identity.generate()
    key = world.made.folder / "age.txt"
    key.write_text(f"{identity}\n")
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(key))
    world.file.write_text(text)
    command = ["sops", "--encrypt", "--in-place", "--age", str(identity.to_public())]
    subprocess.run([str(BIN / command[0]), *command[1:], str(world.file)], check=True)
    assert "horse" not in world.file.read_text()
    return key


GIVEN = {"first": "correct horse", "second": "correct horse", "third": "battery staple"}


def test_values_of_a_vault_reach_those_who_use_them_and_no_disk(world: World) -> None:
    arguments = vault(world)
    world.give("vault")
    done = world.install(*arguments, "-vvv")
    assert world.received() == GIVEN
    assert not world.secrets.exists()
    shown = done.stdout + done.stderr + world.made.journals()[-1].read_text()
    assert "a password" not in shown


def test_values_of_sops_reach_those_who_use_them_and_no_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sops(world, monkeypatch)
    world.give("sops")
    world.install()
    assert world.received() == GIVEN
    assert not world.secrets.exists()


def test_a_vault_is_read_without_the_callback_too(world: World) -> None:
    arguments = vault(world)
    world.give("vault")
    plain = Project(
        world.made.folder,
        world.made.product,
        {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"},
    )
    done = plain.run(*arguments)
    assert (done.returncode, world.received()) == (0, GIVEN)


def test_another_value_in_the_file_changes_exactly_who_uses_it(world: World) -> None:
    arguments = vault(world)
    world.give("vault")
    world.install(*arguments)
    vault(world, PLAIN.replace("staple", "acid"))
    world.install(*arguments)
    assert world.states() == {
        "first@local": "unchanged",
        "second@local": "unchanged",
        "third@local": "changed",
    }


def test_a_value_takes_the_place_of_the_generated_one(world: World) -> None:
    world.install()
    generated = world.received()
    arguments = vault(world, "first: {key: correct horse}\n")
    world.give("vault", missing="generate")
    world.install(*arguments)
    assert world.received() == GIVEN | {"third": generated["third"]}


def refused(done: Any) -> str:
    """What is said of the file, in the report of the run."""
    text = "".join(line.strip() + " " for line in done.stdout.splitlines())
    assert done.returncode != 0
    _before, found, rest = text.partition("nothing was started, because: ")
    assert found, done.stdout + done.stderr
    return rest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "first: {key: x}\n",
            "secrets.yml: it gives no value for third.token add it with "
            "`ansible-vault edit secrets.yml`",
        ),
        (
            "first: {kay: x}\nthird: {token: x}\n",
            "secrets.yml:1: `first` has no secret `kay` write `key`",
        ),
    ],
    ids=["a missing key", "an unknown key"],
)
def test_a_file_with_faults_starts_nothing(world: World, text: str, said: str) -> None:
    arguments = vault(world, text)
    world.give("vault")
    assert refused(world.made.run(*arguments)).startswith(said)
    assert not (world.made.state / "records").exists()
    assert not world.secrets.exists()


def test_a_vault_without_its_password_starts_nothing(world: World) -> None:
    vault(world)
    world.give("vault")
    assert refused(world.made.run()).startswith(
        "secrets.yml: it cannot be decrypted: Attempting to decrypt but no vault secrets found. "
        "give its password with --vault-password-file <file> or --ask-vault-pass"
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "vault",
            "secrets.yml: it is not encrypted with ansible-vault ansible-vault encrypt secrets.yml",
        ),
        ("sops", "secrets.yml: SOPS cannot decrypt it: sops metadata not found"),
    ],
)
def test_a_file_that_is_not_encrypted_starts_nothing(world: World, kind: str, said: str) -> None:
    world.file.write_text(PLAIN)
    world.give(kind)
    assert refused(world.made.run()).startswith(said)


def test_sops_without_its_key_starts_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sops(world, monkeypatch).unlink()
    world.give("sops")
    assert refused(world.made.run()).startswith("secrets.yml: SOPS cannot decrypt it: ")


def test_a_rotation_changes_exactly_who_uses_the_secret(world: World) -> None:
    world.install()
    before = world.received()
    done = world.rotate()
    assert done.returncode == 0, done.stdout + done.stderr
    assert world.states() == {
        "first@local": "changed",
        "second@local": "changed",
        "third@local": "unchanged",
    }
    after = world.received()
    assert after["first"] == after["second"] != before["first"]
    assert after["third"] == before["third"]
    assert sorted(path.name for path in world.secrets.iterdir()) == ["first.key", "third.token"]
    assert after["first"] not in done.stdout + done.stderr
    assert "first.key has a new value, used by first@local, second@local" in done.stdout
    assert "first.key is rotated; the value before is forgotten" in done.stdout


def test_several_secrets_are_rotated_at_once(world: World) -> None:
    world.install()
    done = world.rotate(secret="first.key,third.token")
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(world.states().values()) == {"changed"}


def test_a_rotation_that_fails_keeps_the_value_before_and_goes_on_later(world: World) -> None:
    world.install()
    old = world.received()["first"]
    fail(world, "fails")
    done = world.rotate()
    assert done.returncode != 0
    assert "first.key: not all work with the new value (second@local)" in done.stdout
    assert (world.secrets / "first.key.previous").read_text() == old
    new = (world.secrets / "first.key").read_text()
    fail(world, "succeeds")
    done = world.rotate()
    assert "first.key has a new value that not all have yet" in done.stdout
    assert world.received()["second"] == new
    assert not (world.secrets / "first.key.previous").exists()


def test_a_rotation_that_fails_can_be_taken_back(world: World) -> None:
    world.install()
    old = world.received()["first"]
    fail(world, "fails")
    world.rotate()
    fail(world, "succeeds")
    done = world.rotate("-e", "to=previous")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {world.received()[name] for name in ("first", "second")} == {old}
    assert not (world.secrets / "first.key.previous").exists()


def fail(world: World, fate: str) -> None:
    """The fate of `second` from now on; no digest of an instance tells of it."""
    role = world.made.folder / "roles" / "second" / "tasks" / "host.yml"
    role.write_text(
        "---\n- name: Work for a while\n  made_up_work: {seconds: 0, fate: " + fate + "}\n"
    )


def test_check_mode_says_what_would_be_rotated_and_rotates_nothing(world: World) -> None:
    world.install()
    before = {path: path.read_text() for path in world.secrets.iterdir()}
    done = world.rotate("--check")
    assert "first.key would get a new value, used by first@local, second@local" in done.stdout
    assert {path: path.read_text() for path in world.secrets.iterdir()} == before


@pytest.mark.parametrize(
    ("secret", "arguments", "said"),
    [
        (
            "first.kay",
            (),
            "there is no secret `first.kay` in this product; write `first.key`; "
            "the secrets of this product are: first.key, third.token",
        ),
        (
            "first.key",
            ("--limit", "first@local"),
            "a secret is rotated at once for all that use it; run without --limit",
        ),
    ],
    ids=["unknown name", "half of the users"],
)
def test_a_rotation_that_cannot_be_is_refused_and_changes_nothing(
    world: World, secret: str, arguments: tuple[str, ...], said: str
) -> None:
    world.install()
    before = {path: path.read_text() for path in world.secrets.iterdir()}
    done = world.rotate(*arguments, secret=secret)
    assert done.returncode != 0
    assert said in done.stdout
    assert len(world.made.journals()) == 1
    assert {path: path.read_text() for path in world.secrets.iterdir()} == before


def test_a_secret_that_comes_from_a_file_is_rotated_there(world: World) -> None:
    arguments = vault(world)
    world.give("vault")
    world.install(*arguments)
    done = world.rotate(*arguments)
    assert done.returncode != 0
    assert (
        "`first.key` comes from secrets.yml; change it there with "
        "`ansible-vault edit secrets.yml`, then install: playbooks/site.yml"
    ) in done.stdout
    assert len(world.made.journals()) == 1


def test_the_password_of_a_registry_is_never_drawn(world: World) -> None:
    arguments = vault(world, "first: {key: correct horse}\n")
    world.give("vault", missing="generate")
    with world.changed() as inventory:
        secrets = inventory["all"]["vars"]["stratum_product"]["secrets"]
        secrets["registries"] = {"own": {"given": True}}
        third = inventory["all"]["hosts"]["third@local"]["stratum_instance"]["vars"]
        third["third_place"] = {"secret": "registries.own"}
    said = refused(world.made.run(*arguments))
    assert "it gives no value for registries.own" in said and "generate" not in said
    done = world.rotate(*arguments, secret="registries.own")
    assert "`registries.own` comes from secrets.yml; change it there with" in done.stdout
    assert not world.secrets.exists()


def test_without_sops_the_message_says_what_to_install(world: World) -> None:
    world.file.write_text(PLAIN)
    world.give("sops")
    folder = world.made.folder / "bin"
    folder.mkdir()
    alone = Project(world.made.folder, world.made.product, {"PATH": str(folder)})
    assert refused(alone.run()).startswith(
        "secrets.yml: it is decrypted with the program `sops`, which is not on the PATH "
        "install SOPS (https://getsops.io) on the machine that runs Ansible"
    )
