"""Which files of a program go: those that were written before, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host.written import Written


class Folder:
    """A folder of configuration, as runs and people write to it."""

    def __init__(self, path: Path) -> None:
        self.path, self.list = path / "config", path / "written"
        self.path.mkdir()

    def paths(self, *names: str) -> list[str]:
        return [str(self.path / name) for name in names]

    def write(self, *names: str) -> None:
        for path in self.paths(*names):
            Path(path).write_text("x")

    def run(self, *names: str) -> list[str]:
        """A whole run that wants these files; gives the names of those that went."""
        Written(self.list).begin(self.paths(*names))
        self.write(*names)
        return [Path(path).name for path in Written(self.list).finish(self.paths(*names))]

    @property
    def there(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_is_no_longer_wanted_goes(folder: Folder) -> None:
    folder.run("a", "b")
    assert (folder.run("b", "c"), folder.there) == (["a"], ["b", "c"])


def test_a_second_run_removes_nothing(folder: Folder) -> None:
    folder.run("a")
    assert folder.run("a") == []


def test_what_somebody_else_wrote_stays(folder: Folder) -> None:
    folder.run("a")
    folder.write("theirs")
    assert (folder.run(), folder.there) == (["a"], ["theirs"])


def test_what_somebody_wrote_in_the_place_of_one_that_went_stays(folder: Folder) -> None:
    folder.run("a")
    folder.run()
    folder.write("a")
    assert (folder.run(), folder.there) == ([], ["a"])


def test_what_a_killed_run_wrote_goes_too(folder: Folder) -> None:
    Written(folder.list).begin(folder.paths("a"))
    folder.write("a")
    assert (folder.run("b"), folder.there) == (["a"], ["b"])


def test_what_a_killed_run_did_not_come_to_write_stays(folder: Folder) -> None:
    folder.write("a")
    Written(folder.list).begin(folder.paths("a"))
    assert (folder.run("b"), folder.there) == ([], ["a", "b"])


def test_what_was_installed_before_there_was_a_list_is_entered(folder: Folder) -> None:
    folder.write("a")
    Written(folder.list).finish(folder.paths("a"))
    assert (folder.run(), folder.there) == (["a"], [])


def test_check_mode_says_what_would_go_and_changes_nothing(folder: Folder) -> None:
    folder.run("a")
    before = folder.list.read_text()
    checking = Written(folder.list, save=False)
    assert checking.begin(folder.paths("b")) == folder.paths("b")
    assert checking.finish(folder.paths("b")) == folder.paths("a")
    assert (folder.there, folder.list.read_text()) == (["a"], before)


def test_a_link_goes_and_what_it_leads_to_stays(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("x")
    folder.run("a")
    (folder.path / "a").unlink()
    (folder.path / "a").symlink_to(target)
    assert (folder.run(), folder.there, target.exists()) == (["a"], [], True)


def test_what_became_a_folder_stays(folder: Folder) -> None:
    folder.run("a")
    (folder.path / "a").unlink()
    (folder.path / "a").mkdir()
    assert (folder.run(), folder.there) == ([], ["a"])
