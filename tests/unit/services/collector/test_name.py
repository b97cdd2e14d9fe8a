"""Several collectors may share a settings file: each is told its name when it is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratum.collector.settings import CollectorSettings, SourcesSettings, with_name
from stratum.settings import SettingsError
from stratum.storage import S3Settings

SETTINGS = CollectorSettings(
    collector="collector",
    data_dir=Path("data"),
    s3=S3Settings("http://127.0.0.1:9", Path("access"), Path("secret")),
    sources=SourcesSettings(),
)


def test_a_given_name_replaces_that_of_the_settings_and_nothing_else() -> None:
    named = with_name(SETTINGS, "collector-1")
    assert named.collector == "collector-1"
    assert with_name(named, "collector") == SETTINGS


@pytest.mark.parametrize("name", ["", "-1", "Collector", "c.1", "c" * 32])
def test_a_name_that_could_not_be_in_an_object_key_is_refused(name: str) -> None:
    with pytest.raises(SettingsError) as error:
        with_name(SETTINGS, name)
    assert str(error.value) == (
        f"--collector: {name!r} is no name of a collector; "
        "use up to 31 small letters, digits and hyphens, the first no hyphen"
    )
