"""The settings of a log agent, whole and sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.alloy.agent import configuration
from ansible_collections.stratum.platform.plugins.module_utils.alloy.reading import (
    TranslationError,
)

SOUND: dict[str, Any] = {
    "push_url": "http://127.0.0.1:3100/loki/api/v1/push",
    "user": "",
    "ca_certificate": "",
    "labels": {},
    "retries": 600,
    "log_level": "info",
    "journal": {},
    "files": [],
    "scrape_configs": [],
}


@pytest.fixture
def written() -> Callable[..., str]:
    """The configuration that some settings give."""
    return lambda **settings: configuration(SOUND | settings)


@pytest.fixture
def problems() -> Callable[..., tuple[str, ...]]:
    """What is wrong with some settings."""

    def told(**settings: Any) -> tuple[str, ...]:
        with pytest.raises(TranslationError) as error:
            configuration(SOUND | settings)
        return error.value.problems

    return told
