"""Reading from folders, and digests of what roles are made of."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.digest import digest
from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import ProductError
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve
from ansible_collections.stratum.platform.plugins.module_utils.product.sources import Commit

LEFT_BEHIND = [
    "__pycache__/a.pyc",
    "node_modules/a/index.js",
    "web/dist/index.html",
    "a.egg-info/PKG-INFO",
    ".venv/pyvenv.cfg",
    "build/lib/a.py",
]


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_what_building_leaves_behind_does_not_change_a_digest(build, name):
    folder = build()
    source = folder.collection / "services"
    source.mkdir()
    (source / "a.py").write_text("a")
    before = folder.source_digest("services")
    (source / name).parent.mkdir(parents=True)
    (source / name).write_text("b")
    assert folder.source_digest("services") == before


@pytest.mark.parametrize("change", ["content", "name", "new file"])
def test_a_change_of_a_role_changes_its_digest(build, change):
    folder = build()
    before = folder.role_digest("store", ())
    defaults = folder.collection / "roles" / "store" / "defaults" / "main.yml"
    if change == "content":
        defaults.write_text("store_port: 7001\n")
    elif change == "name":
        defaults.rename(defaults.with_name("main.yaml"))
    else:
        defaults.with_name("more.yml").write_text("")
    assert folder.role_digest("store", ()) != before


def test_a_digest_does_not_depend_on_the_order_of_files():
    files = [("a", b"1"), ("b", b"2")]
    assert digest(files) == digest(reversed(files))


def test_a_digest_tells_where_one_file_ends_and_the_next_begins():
    assert digest([("a", b"1"), ("b", b"2")]) != digest([("a", b"1b2")])


@pytest.mark.parametrize("name", ["../sample", "/etc", "", "."])
def test_a_name_does_not_lead_out_of_its_folder(build, name):
    folder = build()
    assert folder.template(name).text is None
    assert folder.release("sample", f"{name}/1.0.0").text is None
    assert folder.role(name, ()) is None


def test_an_environment_that_is_not_there_is_one_clear_message(build):
    folder = build()
    folder.file.unlink()
    with pytest.raises(ProductError) as error:
        resolve(folder)
    assert str(error.value) == (
        "1 problem; nothing was changed.\n\n"
        "inventories/test/product.yml\n"
        "  what: there is no such file\n"
        "  cure: name the folder of an environment with -i"
    )


def test_a_file_that_is_no_text_is_one_clear_message(build):
    folder = build()
    folder.file.write_bytes(b"plugin: \xff\n")
    with pytest.raises(ProductError) as error:
        resolve(folder)
    assert str(error.value) == (
        "1 problem; nothing was changed.\n\n"
        "inventories/test/product.yml\n"
        "  what: it cannot be read: 'utf-8' codec can't decode byte 0xff in position 8: "
        "invalid start byte\n"
        "  cure: make it a readable text file in UTF-8"
    )


def test_a_component_that_is_built_here_has_the_commit_of_the_checkout(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        known = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        command = ["git", "-C", str(tmp_path), *known, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "--quiet", "--message", "one")
    folder = Folder(tmp_path / "inventories" / "demo" / "product.yml", collection=tmp_path)
    assert folder.checkout() == Commit(git("rev-parse", "HEAD"), modified=False)
    (tmp_path / "file").write_text("two")
    assert folder.checkout() == Commit(git("rev-parse", "HEAD"), modified=True)


def test_an_installed_collection_has_the_commit_that_it_was_built_from(tmp_path: Path) -> None:
    (tmp_path / "commit.json").write_text(f'{{"commit": "{"a" * 40}", "modified": false}}')
    folder = Folder(tmp_path / "inventories" / "demo" / "product.yml", tmp_path)
    assert folder.checkout() == Commit("a" * 40, modified=False)


def test_what_is_no_checkout_has_no_commit(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "inventories" / "demo" / "product.yml", collection=tmp_path)
    assert folder.checkout() is None
