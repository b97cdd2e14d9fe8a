"""Findings, and the exceptions that have a reason; pure. One that nobody needs is a fault, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong with one resource, `Kind.namespace.name`; a rule of pods adds their labels."""

    check: str
    resource: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.check} {self.resource}: {self.meaning}"


@dataclass(frozen=True)
class Excuse:
    """Why a check need not hold for the resources that a pattern stands for."""

    check: str
    resource: str
    reason: str

    def __str__(self) -> str:
        return f"{self.check} {self.resource}: {self.reason}"

    def covers(self, finding: Finding) -> bool:
        return self.check == finding.check and fnmatchcase(finding.resource, self.resource)


def excuses(entries: Sequence[Mapping[str, Any]]) -> list[Excuse]:
    """Of a file's entries, one for each resource that they name.

    Raises:
        ValueError: an entry without a check, resources or a reason.
    """
    found = []
    for number, entry in enumerate(entries, start=1):
        missing = {"check", "resources", "reason"} - {key for key in entry if entry[key]}
        if missing:
            raise ValueError(f"exception {number} lacks {', '.join(sorted(missing))}")
        found += [Excuse(entry["check"], each, entry["reason"]) for each in entry["resources"]]
    return found


def told(report: Mapping[str, Any]) -> list[Finding]:
    """The findings of checkov's report on one folder.

    Raises:
        ValueError: it could not read a file, or found nothing to look at.
    """
    summary, results = report["summary"], report["results"]
    if summary["parsing_errors"] or not summary["resource_count"]:
        raise ValueError(
            f"checkov read {summary['resource_count']} resources, and of "
            f"{summary['parsing_errors']} files it could read none"
        )
    failed = results["failed_checks"]
    return sorted({Finding(f["check_id"], f["resource"], f["check_name"]) for f in failed})


def faults(findings: Iterable[Finding], known: Sequence[Excuse]) -> list[str]:
    """Findings without an excuse, then excuses without a finding."""
    seen = list(findings)
    unexcused = [each for each in seen if not any(excuse.covers(each) for excuse in known)]
    unused = [excuse for excuse in known if not any(map(excuse.covers, seen))]
    return [
        *(f"no reason is given for {finding}" for finding in unexcused),
        *(f"nothing needs the exception {excuse}" for excuse in unused),
    ]
