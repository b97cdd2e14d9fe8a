"""Every folder of cases/ is a project that differs from base/; its whole answer is compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import ProductError
from ansible_collections.stratum.platform.plugins.module_utils.product.report import report
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_project_gives_the_expected_answer(case: Path, build: Callable[..., Folder]) -> None:
    folder = build(case)
    try:
        resolved = resolve(folder)
        answer = "\n".join(report(resolved.document, resolved.document["instances"]))
    except ProductError as error:
        answer = str(error)
    else:
        if (case / "expected.json").exists():
            assert resolved.document == json.loads((case / "expected.json").read_text("utf-8"))
    assert answer + "\n" == (case / "expected.txt").read_text(encoding="utf-8")
