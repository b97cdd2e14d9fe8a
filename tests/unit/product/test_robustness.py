"""Whatever value stands in a file, the answer is a product or a list of problems."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.document import read
from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import ProductError
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve
from ansible_collections.stratum.platform.plugins.module_utils.product.sources import File

KINDS = ["environment", "parameters", "release", "template", "role"]
ODD = [None, "odd", -1.5, True, [None], {"output": []}]


@dataclass(frozen=True)
class Odd:
    """The sources of the base, one of their files in other words."""

    base: Folder
    kind: str
    text: str

    def __getattr__(self, name):
        wanted = getattr(self.base, name)
        return self._odd if name == self.kind else wanted

    def _odd(self, *arguments):
        found = getattr(self.base, self.kind)(*arguments)
        if self.kind == "role":
            return found and replace(found, meta=File(found.meta.name, self.text))
        return File(found.name, self.text)


@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_value_anywhere_is_never_a_traceback(base, kind):
    for value in _with_one_odd_value(_plain(base, kind)):
        # A ProductError is as good as a product here; anything else fails the test.
        with suppress(ProductError):
            resolve(Odd(base, kind, json.dumps(value)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_ends_anywhere_is_never_a_traceback(base, kind):
    text = json.dumps(_plain(base, kind), indent=1)
    for end in range(0, len(text), 29):
        with suppress(ProductError):
            resolve(Odd(base, kind, text[:end]))


def _plain(base: Folder, kind: str) -> object:
    files = {
        "environment": base.environment,
        "parameters": lambda: base.parameters("sample"),
        "release": lambda: base.release("sample", "1.0.0"),
        "template": lambda: base.template("sample"),
        "role": lambda: base.role("relay", ()).meta,
    }
    file = files[kind]()
    return read(File(file.name, file.text.replace("{{ parameters.relay_port }}", "7001")), []).value


def _with_one_odd_value(value):
    """Copies of a value; in each, one value inside is odd."""
    for path in _paths(value):
        for odd in ODD:
            changed = deepcopy(value)
            inner = changed
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = odd
            yield changed
    yield from ODD


def _paths(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from _paths(item, (*path, key))
