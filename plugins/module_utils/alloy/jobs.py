"""Promtail's scrape_configs to components of Alloy: files, pods and the journal, with a pipeline.

A job's entries are relabelled where they are found, then go through its stages to `loki.write`.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..structured.kinds import flag, later, text_or_number
from ..structured.reading import Key, Problems, read_list, read_map
from . import pods
from .reading import as_map, duration, labels
from .relabel import rules
from .stages import stages
from .syntax import Block, Expression, Value, identifier

WRITE = Expression("loki.write.default.receiver")
PATH = "__path__"
LOGS_OF_NODE = "/var/log/"

JOB: Mapping[str, Key] = {
    "job_name": Key(text_or_number, required=True),
    "static_configs": Key(later),
    "journal": Key(later),
    "relabel_configs": Key(later),
    "pipeline_stages": Key(later),
    "encoding": Key(text_or_number),
}
JOURNAL: Mapping[str, Key] = {
    "max_age": Key(duration),
    "json": Key(flag, to="format_as_json"),
    "path": Key(text_or_number),
    "matches": Key(text_or_number),
    "labels": Key(labels),
}
STATIC: Mapping[str, Key] = {"targets": Key(later), "labels": Key(labels, required=True)}


@dataclass(frozen=True)
class Jobs:
    """Translates one job after the other; two of the same name get two labels.

    Args:
        problems: where all that cannot be translated is kept.
        node_journal: folder of the node's journal; empty for an agent of a machine.
    """

    problems: Problems
    node_journal: str = ""
    used: set[str] = field(default_factory=set)

    def blocks(
        self,
        where: str,
        given: object,
        first_rules: Sequence[Mapping[str, object]] = (),
        first_stages: Sequence[Mapping[str, object]] = (),
    ) -> Iterator[Block]:
        """The components of one job; its own rules and stages come after the first ones."""
        job = read_map(where, given, self._keys, self.problems)
        if not job:
            return
        self._look_for_source(where, job)
        label = self._label(str(job.get("job_name", "")))
        found = stages("", first_stages, self.problems)
        found += stages(f"{where}.pipeline_stages", job.get("pipeline_stages", []), self.problems)
        relabel = rules("", first_rules, self.problems)
        relabel += rules(f"{where}.relabel_configs", job.get("relabel_configs", []), self.problems)
        receiver = [Expression(f"loki.process.{label}.receiver") if found else WRITE]
        if "journal" in job:
            yield from self._journal(f"{where}.journal", label, job, relabel, receiver)
        if pods.SOURCE in job:
            yield from self._pods(where, label, job, relabel, receiver)
        elif "static_configs" in job:
            yield from self._files(where, label, job, relabel, receiver)
        if found:
            yield Block("loki.process", label, {"forward_to": [WRITE]}, found)

    @property
    def _keys(self) -> Mapping[str, Key]:
        """Pods are a source on a node only."""
        return {**JOB, pods.SOURCE: Key(later)} if self.node_journal else JOB

    def _look_for_source(self, where: str, job: Mapping[str, Value]) -> None:
        sources = [key for key in ("static_configs", "journal", pods.SOURCE) if key in job]
        if not sources:
            known = f"static_configs, {pods.SOURCE}" if self.node_journal else "static_configs"
            cure = f"give it {known} or a journal; other sources cannot be translated"
            self.problems.add(where, "reads nothing", cure)
        if {"static_configs", pods.SOURCE} <= set(sources):
            self.problems.add(where, "reads files and pods", "make two jobs of it")

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
        if self.node_journal:
            given.setdefault("path", self.node_journal)
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
        items = read_list(f"{where}.static_configs", job["static_configs"], self.problems)
        makes_path = _makes_path(relabel)
        targets = [self._target(place, item, makes_path) for place, item in items]
        yield from self._read(label, job, targets, relabel, receiver)

    def _pods(
        self,
        where: str,
        label: str,
        job: Mapping[str, Value],
        relabel: list[Block],
        receiver: list[Expression],
    ) -> Iterator[Block]:
        if not _makes_path(relabel):
            place = f"{where}.relabel_configs"
            cure = "name the files to read in it, such as /var/log/pods/*$1/*.log"
            self.problems.add(place, f"has no rule with the target_label {PATH}", cure)
        given = job[pods.SOURCE]
        yield from pods.discovery(f"{where}.{pods.SOURCE}", label, given, self.problems)
        targets = Expression(f"discovery.kubernetes.{label}.targets")
        yield from self._read(label, job, targets, relabel, receiver)

    def _read(
        self,
        label: str,
        job: Mapping[str, Value],
        targets: Value,
        relabel: list[Block],
        receiver: list[Expression],
    ) -> Iterator[Block]:
        """What reads the files that are found."""
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
        path = str(own.get(PATH, ""))
        if self.node_journal and path and not path.startswith(LOGS_OF_NODE):
            place = f"{where}.labels.{PATH}"
            self.problems.add(place, f"is {path!r}", f"write a path below {LOGS_OF_NODE}")
        return own


def _makes_path(relabel: list[Block]) -> bool:
    return any(rule.attributes.get("target_label") == PATH for rule in relabel)
