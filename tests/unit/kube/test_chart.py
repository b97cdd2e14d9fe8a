"""What can be said of a chart before helm is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.chart import render
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError


def test_without_helm_a_chart_is_an_error_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        render(tmp_path, "web", "shop", {}, "v1.36.3", [], helm="no-such-helm")
    assert str(caught.value) == (
        "charts need the program no-such-helm, which is not on PATH\n"
        "  install Helm 3 or newer on the controller, where PATH finds it"
    )


def test_a_chart_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SourceError) as caught:
        render("charts/none", "web", "shop", {}, "v1.36.3", [])
    assert str(caught.value) == (
        "charts/none: there is no such chart\n"
        "  give a chart's folder or .tgz; fetch one from an address with `url` and `sha256`"
    )
