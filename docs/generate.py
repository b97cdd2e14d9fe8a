"""Writes the tables of the roles' README files from their meta, so that they cannot go stale.

python docs/generate.py [--check]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROLES = Path(__file__).resolve().parent.parent / "roles"
BLOCK = re.compile(r"(?s)<!-- generated: (\w+) -->\n.*?<!-- end -->")


class StaleError(Exception):
    """A README cannot be brought up to date; the message says which and why."""


def main() -> int:
    """Bring all README files up to date, or with `--check` only name those that are not."""
    parser = argparse.ArgumentParser(description="Tables of the roles' README files.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail if stale")
    check = parser.parse_args().check
    stale = [path for path in sorted(ROLES.glob("*/README.md")) if path.read_text() != fresh(path)]
    for path in stale:
        name = path.relative_to(ROLES.parent)
        print(f"{name} is stale: run python docs/generate.py" if check else f"wrote {name}")
        if not check:
            path.write_text(fresh(path))
    return 1 if check and stale else 0


def fresh(readme: Path) -> str:
    """The README with its tables as they should be."""
    role = readme.parent
    tables = {"inputs": inputs, "outputs": outputs, "readiness": readiness}

    def block(found: re.Match[str]) -> str:
        if found[1] not in tables:
            known = ", ".join(tables)
            raise StaleError(f"{readme}: there is no table {found[1]!r}; there are {known}")
        return f"<!-- generated: {found[1]} -->\n{tables[found[1]](role)}\n<!-- end -->"

    return BLOCK.sub(block, readme.read_text())


def inputs(role: Path) -> str:
    """The role's variables, from `meta/argument_specs.yml`."""
    options = _read(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    rows = [
        (f"`{name}`", _type(option), _default(option), _description(option))
        for name, option in options.items()
    ]
    return _table(("variable", "type", "default", "meaning"), rows)


def outputs(role: Path) -> str:
    """What the component offers to others, from `meta/component.yml`."""
    found = _read(role / "meta" / "component.yml")["component"].get("outputs", {})
    rows = [
        (f"`{role.name}.{name}`", spec["type"], f"`{spec['value']}`", spec.get("description", ""))
        for name, spec in found.items()
    ]
    return _table(("output", "type", "value", "meaning"), rows)


def readiness(role: Path) -> str:
    """The probes that must all succeed, from `meta/component.yml`."""
    component = _read(role / "meta" / "component.yml")["component"]
    rows = []
    if "kubernetes" in component.get("drivers", ()):
        rows.append(("release", "its objects, on Kubernetes", "all are Current"))
    for probe in component.get("readiness", ()):
        asked = {key: value for key, value in probe.items() if key != "kind"}
        target = asked.pop("url", asked.pop("name", None) or asked.pop("host", ""))
        if probe["kind"] == "http":
            asked = {"status": 200, **asked}
        wanted = ", ".join(f"{key} {_code(value)}" for key, value in asked.items())
        rows.append((probe["kind"], f"`{target}`", wanted))
    return _table(("probe", "of", "wanted"), rows)


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _type(option: Mapping[str, Any]) -> str:
    kind = f"{option['type']} of {option['elements']}" if "elements" in option else option["type"]
    return f"{kind}, secret" if option.get("no_log") else str(kind)


def _default(option: Mapping[str, Any]) -> str:
    return "required" if option.get("required") else _code(option.get("default"))


def _description(option: Mapping[str, Any]) -> str:
    lines = option["description"]
    text = " ".join(lines) if isinstance(lines, list) else str(lines)
    if "choices" in option:
        text += f" One of {', '.join(_code(choice) for choice in option['choices'])}."
    return re.sub(r"[CV]\(([^)]*)\)", r"`\1`", text)


def _code(value: object) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return f"`{text}`"


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


if __name__ == "__main__":
    sys.exit(main())
