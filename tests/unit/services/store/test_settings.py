"""The set-up's settings: strict, complete, and consistent with themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratum.settings import SettingsError
from stratum.store.settings import read_settings

GOOD = """
endpoint = "http://127.0.0.1:9000"
access_key_file = "admin"
secret_key_file = "admin_secret"
buckets = ["raw"]

[[users]]
name = "etl"
secret_key_file = "etl"
grants = [{bucket = "raw", actions = ["read", "list"]}]

[[lifecycle]]
bucket = "raw"
prefix = "events/"
days = 90
"""


def written(folder: Path, text: str) -> Path:
    for name in ("admin", "admin_secret", "etl"):
        (folder / name).write_text(f"value of {name}\n")
        (folder / name).chmod(0o600)
    path = folder / "store.toml"
    path.write_text(text)
    return path


def test_keys_are_read_from_their_files_and_never_shown(tmp_path: Path) -> None:
    settings, keys = read_settings(written(tmp_path, GOOD))
    assert [user.name for user in settings.users] == ["etl"]
    assert keys.users == {"etl": "value of etl"}
    assert repr(keys) == "Keys(…)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'grants = [{bucket = "raw"',
            'grants = [{bucket = "logs"',
            "the user etl has a grant on logs, which is not among the buckets",
        ),
        (
            '"read", "list"',
            '"erase"',
            "users[0].grants[0].actions[0]: invalid enum value 'erase'",
        ),
        ("buckets", "bucket", "unknown key bucket: did you mean buckets?; missing key buckets"),
        (
            "[[users]]",
            '[[users]]\nname = "etl"\nsecret_key_file = "etl"\ngrants = []\n\n[[users]]',
            "the user etl is defined twice",
        ),
        (
            '"raw"\nprefix',
            '"logs"\nprefix',
            "a lifecycle rule is for logs, which is not among the buckets",
        ),
        (
            "days = 90",
            'days = 90\n\n[[lifecycle]]\nbucket = "raw"\nprefix = "events/"\ndays = 1',
            "the prefix events/ of raw has two lifecycle rules",
        ),
        (
            'buckets = ["raw"]',
            'buckets = ["raw"]\nkind = "s3"',
            "users are given, but those of a store of kind s3 are made where it is run",
        ),
    ],
    ids=["grant", "action", "key", "twice", "rule's bucket", "rule twice", "users elsewhere"],
)
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SettingsError) as error:
        read_settings(path)
    assert str(error.value) == f"{path}: {message}"
