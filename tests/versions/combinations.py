"""Which versions of ansible-core run on which Python; run as a program, it prints CI's matrix."""

from __future__ import annotations

import json
from dataclasses import dataclass

PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Core:
    """A release line of ansible-core and the oldest Python that its controller runs on."""

    line: str
    version: str
    oldest_python: str

    @property
    def released(self) -> bool:
        return all(part.isdigit() for part in self.version.split("."))


# 2.22 is not released yet: its newest candidate.
CORES = (
    Core("2.19", "2.19.14", "3.11"),
    Core("2.20", "2.20.10", "3.12"),
    Core("2.21", "2.21.5", "3.12"),
    Core("2.22", "2.22.0rc1", "3.13"),
)


@dataclass(frozen=True)
class Combination:
    """One ansible-core on one Python."""

    core: Core
    python: str

    @property
    def name(self) -> str:
        return f"{self.core.line}-py{self.python}"


def combinations() -> tuple[Combination, ...]:
    """All that are supported, oldest first."""
    return tuple(
        Combination(core, python)
        for core in CORES
        for python in PYTHONS
        if PYTHONS.index(python) >= PYTHONS.index(core.oldest_python)
    )


def ends() -> tuple[Combination, Combination]:
    """The oldest and the newest release: ansible-test is run on these two.

    A candidate's ansible-test may want packages that are released nowhere.
    """
    found = [combination for combination in combinations() if combination.core.released]
    return found[0], found[-1]


def named(name: str) -> Combination:
    """The combination of that name.

    Raises:
        ValueError: where there is none.
    """
    found = {combination.name: combination for combination in combinations()}
    if name not in found:
        raise ValueError(f"there is no combination {name}; choose from: {', '.join(found)}")
    return found[name]


def as_json() -> str:
    """The matrix of a workflow."""
    return json.dumps([{"name": each.name, "python": each.python} for each in combinations()])


if __name__ == "__main__":
    print(as_json())
