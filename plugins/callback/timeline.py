# Copyright: Stratum maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person sees of a run, and the main process's part of its journal."""

from __future__ import annotations

DOCUMENTATION = """
name: timeline
type: stdout
short_description: Shows a product coming up, and what decided how long it took
version_added: 1.0.0
description:
  - Prints one line when an instance begins to wait, works, is ready, fails or is blocked.
  - At the end a table of final states, a bar for each instance, the critical path, and what
    waiting for whole tiers cost.
  - It completes the run's journal where a worker cannot, so that nobody waits for an unreachable
    machine or a killed worker.
  - A task result's list C(stratum_report) is printed line by line.
  - With C(-v) the results of tasks are printed as by P(ansible.builtin.default#callback).
extends_documentation_fragment:
  - default_callback
  - result_format_callback
options:
  show_changed:
    description: Print the changed tasks of instances too, as Molecule's idempotence check reads.
    type: bool
    default: false
    env: [{name: STRATUM_SHOW_CHANGED}]
    ini: [{section: callback_timeline, key: show_changed}]
requirements:
  - set as stdout in configuration
author: Stratum maintainers (@stratum-platform)
"""

import atexit
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

from ansible import constants
from ansible.plugins.callback.default import CallbackModule as Default
from ansible.utils.color import stringc

from ansible_collections.stratum.platform.plugins.module_utils.run import report
from ansible_collections.stratum.platform.plugins.module_utils.run.line import (
    Line,
    Span,
    coloured,
    signs_for,
)
from ansible_collections.stratum.platform.plugins.module_utils.run.progress import Progress
from ansible_collections.stratum.platform.plugins.module_utils.run.runs import RunError
from ansible_collections.stratum.platform.plugins.plugin_utils import failure
from ansible_collections.stratum.platform.plugins.plugin_utils.conducted import (
    Conducted,
    conduct,
    hosts_of,
)
from ansible_collections.stratum.platform.plugins.plugin_utils.rescue import is_rescued
from ansible_collections.stratum.platform.plugins.plugin_utils.watch import Watch
from ansible_collections.stratum.platform.plugins.plugin_utils.workers import Workers

COLOURS = {
    "good": constants.COLOR_OK,
    "changed": constants.COLOR_CHANGED,
    "failed": constants.COLOR_ERROR,
    "blocked": constants.COLOR_UNREACHABLE,
    "waiting": constants.COLOR_SKIP,
    "critical": constants.COLOR_HIGHLIGHT,
    "heading": constants.COLOR_HIGHLIGHT,
    "dim": constants.COLOR_VERBOSE,
}
COLUMNS_WITHOUT_TERMINAL = 100


class CallbackModule(Default):  # type: ignore[misc]
    """Quiet without `-v`: the journal says what happens, not the results of tasks."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "stratum.platform.timeline"

    def __init__(self) -> None:
        super().__init__()
        self._last_task_banner: str | None = None
        encoding = sys.stdout.encoding or "ascii"
        self._encoding = encoding
        self._signs = signs_for(encoding)
        self._workers = Workers()
        self._run: Conducted | None = None
        self._watch: Watch | None = None
        self._said: set[str] = set()
        self._heading = ""
        self._main_process = os.getpid()
        atexit.register(self._at_exit)

    @property
    def _quiet(self) -> bool:
        return bool(self._display.verbosity == 0)

    # plays

    def v2_playbook_on_play_start(self, play: Any) -> None:  # noqa: ANN401
        self._finish()
        try:
            self._run = conduct(play)
        except RunError:
            self._run = None  # every instance's first task fails with the same sentence
        if not self._quiet:
            super().v2_playbook_on_play_start(play)
        self._play = play
        if self._run is not None:
            self._begin(self._run)
        elif self._quiet and play.get_name().strip() != self._heading and hosts_of(play):
            self._heading = play.get_name().strip()  # a play with `serial` begins many times
            self._say([(Span(self._heading, "heading"),)])

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_playbook_on_task_start(task, is_conditional)

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_playbook_on_handler_task_start(task)

    def v2_playbook_on_include(self, included_file: Any) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_playbook_on_include(included_file)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        if not self._quiet:
            super().v2_playbook_on_no_hosts_matched()

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        if not self._quiet:
            super().v2_playbook_on_no_hosts_remaining()

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ANN401
        self._finish()
        super().v2_playbook_on_stats(stats)

    # results

    def v2_runner_on_start(self, host: Any, task: Any) -> None:  # noqa: ANN401
        self._workers.started(host, task)
        super().v2_runner_on_start(host, task)

    def v2_runner_on_ok(self, result: Any) -> None:  # noqa: ANN401
        name = self._done(result)
        if self._run is not None and name in self._run.instances and result.is_changed():
            self._run.changed(name, result.task.get_name())
        if not self._quiet:
            super().v2_runner_on_ok(result)
            return
        self._handle_warnings(result.result)
        self._show_texts(result)
        if result.is_changed() and (self._run is None or self.get_option("show_changed")):
            if self._last_task_banner != result.task._uuid:
                self._last_task_banner = result.task._uuid
                self._say([(Span(f"TASK [{result.task.get_name()}]"),)])
            self._say([(Span(f"changed: [{self.host_label(result)}]", "changed"),)])

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ANN401
        name = self._done(result)
        text, lines = failure.message(result.result), failure.evidence(result.result)
        sentence = f"{result.task.get_name()}: {text}"
        conducted = self._run is not None and name in self._run.instances
        if self._run is not None and conducted and not ignore_errors:
            if is_rescued(result.task):
                self._run.remember(name, sentence)
            else:
                self._run.fail(name, sentence, lines)
        if not self._quiet:
            super().v2_runner_on_failed(result, ignore_errors)
            return
        result.result.pop("exception", None)
        self._handle_warnings(result.result)
        self._show_texts(result)
        if not conducted:
            after = " (ignored)" if ignore_errors else ""
            after = " (rescued)" if is_rescued(result.task) else after
            self._show_failure(f"{self.host_label(result)}: {sentence}{after}", lines, sentence)

    def v2_runner_on_unreachable(self, result: Any) -> None:  # noqa: ANN401
        name = self._done(result)
        sentence = f"the machine cannot be reached: {failure.message(result.result)}"
        conducted = self._run is not None and name in self._run.instances
        if self._run is not None and conducted and not result.task.ignore_unreachable:
            self._run.fail(name, sentence, [])
        if not self._quiet:
            super().v2_runner_on_unreachable(result)
        elif not conducted:
            self._show_failure(f"{self.host_label(result)}: {sentence}", [], sentence)

    def v2_runner_on_skipped(self, result: Any) -> None:  # noqa: ANN401
        self._done(result)
        if not self._quiet:
            super().v2_runner_on_skipped(result)

    def v2_runner_item_on_ok(self, result: Any) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_runner_item_on_ok(result)
        else:
            self._show_texts(result)

    def v2_runner_item_on_failed(self, result: Any) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_runner_item_on_failed(result)

    def v2_runner_item_on_skipped(self, result: Any) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_runner_item_on_skipped(result)

    def v2_runner_retry(self, result: Any) -> None:  # noqa: ANN401
        if not self._quiet:
            super().v2_runner_retry(result)

    # the run

    def _begin(self, run: Conducted) -> None:
        self._workers.prepare()
        self._say([report.header(run.timeline(), self._signs)])
        self._watch = Watch(
            run.reader(), Progress(self._signs), self._workers, _colour, self._encoding
        )
        self._watch.start()

    def _finish(self, interrupted: bool = False) -> None:
        """Complete the journal of the run that is open, if one is, and report it."""
        run, watch, self._run, self._watch = self._run, self._watch, None, None
        if run is None:
            return
        run.close(interrupted)
        if watch is not None:
            watch.stop()
            for line in watch.shown:
                self._display.display(line, log_only=True)
        columns = shutil.get_terminal_size((COLUMNS_WITHOUT_TERMINAL, 24)).columns
        self._say([(), *report.final(run.timeline(), columns, self._signs)])

    def _at_exit(self) -> None:
        """Ctrl-C ends the playbook without its last event; a worker is another process."""
        if os.getpid() == self._main_process:
            self._finish(interrupted=True)

    def _done(self, result: Any) -> str:  # noqa: ANN401
        name: str = result.host.get_name()
        self._workers.done(name)
        return name

    # printing

    def _show_texts(self, result: Any) -> None:  # noqa: ANN401
        """What a task is there to tell: its report, or the text of `debug`."""
        self._say((Span(line),) for line in result.result.get("stratum_report", []))
        if result.task.action in constants._ACTION_DEBUG and "results" not in result.result:
            self._clean_results(result.result, result.task.action)
            shown = {k: v for k, v in result.result.items() if not k.startswith("_")}
            text = shown["msg"] if "msg" in shown else self._dump_results(shown, indent=2)
            lines = text if isinstance(text, list) else str(text).splitlines()
            self._say((Span(str(line)),) for line in lines)

    def _show_failure(self, text: str, evidence: list[str], sentence: str) -> None:
        """The same failure of many hosts is explained once."""
        first, *more = text.splitlines()
        lines: list[Line] = [(Span(f"{self._signs.failed} {first}", "failed"),)]
        if sentence not in self._said:
            self._said.add(sentence)
            lines += [(Span(f"    {line}"),) for line in [*more, *evidence]]
        self._say(lines)

    def _say(self, lines: Iterable[Line]) -> None:
        """Flushed at once, because the watch writes to the same place by itself."""
        for line in lines:
            self._display.display(coloured(line, _colour))
        sys.stdout.flush()


def _colour(text: str, tone: str) -> str:
    return str(stringc(text, COLOURS[tone]))
