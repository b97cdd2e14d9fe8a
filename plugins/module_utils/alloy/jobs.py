"""Promtail's scrape_configs to components of Alloy: files and the journal, each with a pipeline.

A job's entries are relabelled where they are found, then go through its stages to `loki.write`.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .reading import Key, Problems, as_map, duration, flag, labels, later, read_list, read_map, text
from .relabel import rules
from .stages import stages
from .syntax import Block, Expression, Value, identifier

WRITE = Expression("loki.write.default.receiver")
PATH = "__path__"


JOB: Mapping[str, Key] = {
    "job_name": Key(text, required=True),
    "static_configs": Key(later),
    "journal": Key(later),
    "relabel_configs": Key(later),
    "pipeline_stages": Key(later),
    "encoding": Key(text),
}
JOURNAL: Mapping[str, Key] = {
    "max_age": Key(duration),
    "json": Key(flag, to="format_as_json"),
    "path": Key(text),
    "matches": Key(text),
    "labels": Key(labels),
}
STATIC: Mapping[str, Key] = {"targets": Key(later), "labels": Key(labels, required=True)}


@dataclass(frozen=True)
class Jobs:
    """Translates one job after the other; two of the same name get two labels."""

    problems: Problems
    used: set[str] = field(default_factory=set)

    def blocks(self, where: str, given: object) -> Iterator[Block]:
        """The components of one job."""
        job = read_map(where, given, JOB, self.problems)
        if not job:
            return
        if "static_configs" not in job and "journal" not in job:
            cure = "give it static_configs or a journal; other sources cannot be translated"
            self.problems.add(where, "reads nothing", cure)
        label = self._label(str(job.get("job_name", "")))
        found = stages(f"{where}.pipeline_stages", job.get("pipeline_stages", []), self.problems)
        relabel = rules(f"{where}.relabel_configs", job.get("relabel_configs", []), self.problems)
        receiver = [Expression(f"loki.process.{label}.receiver") if found else WRITE]
        if "journal" in job:
            yield from self._journal(f"{where}.journal", label, job, relabel, receiver)
        if "static_configs" in job:
            yield from self._files(where, label, job, relabel, receiver)
        if found:
            yield Block("loki.process", label, {"forward_to": [WRITE]}, found)

    def _label(self, name: str) -> str:
        wanted = label = identifier(name)
        number = 2
        while label in self.used:
            label, number = f"{wanted}_{number}", number + 1
        self.used.add(label)
        return label

    def _journal(
        self,
        where: str,
        label: str,
        job: Mapping[str, Value],
        relabel: list[Block],
        receiver: list[Expression],
    ) -> Iterator[Block]:
        given = read_map(where, job["journal"], JOURNAL, self.problems)
        # Without one, its entries would bear the component's name.
        given["labels"] = {"job": str(job.get("job_name", "")), **as_map(given.get("labels"))}
        if relabel:
            yield Block("loki.relabel", label, {"forward_to": []}, relabel)
            given["relabel_rules"] = Expression(f"loki.relabel.{label}.rules")
        yield Block("loki.source.journal", label, {**given, "forward_to": receiver})

    def _files(
        self,
        where: str,
        label: str,
        job: Mapping[str, Value],
        relabel: list[Block],
        receiver: list[Expression],
    ) -> Iterator[Block]:
        makes_path = any(rule.attributes.get("target_label") == PATH for rule in relabel)
        items = read_list(f"{where}.static_configs", job["static_configs"], self.problems)
        targets: Value = [self._target(place, item, makes_path) for place, item in items]
        if relabel:
            yield Block("discovery.relabel", label, {"targets": targets}, relabel)
            targets = Expression(f"discovery.relabel.{label}.output")
        yield Block("local.file_match", label, {"path_targets": targets})
        attributes: dict[str, Value] = {
            "targets": Expression(f"local.file_match.{label}.targets"),
            "forward_to": receiver,
        }
        if "encoding" in job:
            attributes["encoding"] = job["encoding"]
        yield Block("loki.source.file", label, attributes)

    def _target(self, where: str, given: object, makes_path: bool) -> dict[str, Value]:
        """The address that promtail asked for means nothing: a file is this machine's."""
        found = read_map(where, given, STATIC, self.problems)
        own = as_map(found.get("labels"))
        if own and PATH not in own and not makes_path:
            self.problems.add(f"{where}.labels", f"has no {PATH}", "name the files to read in it")
        return own
