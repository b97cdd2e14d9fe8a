"""The platform as the API tells it: the product, how each instance stands, and the last run."""

from __future__ import annotations

from datetime import UTC, datetime

from stratum.console.platform.critical import barrier, critical_path
from stratum.console.platform.files import Instance, Record, StateFiles
from stratum.console.platform.models import (
    BarModel,
    InstanceModel,
    NeedModel,
    Platform,
    RunModel,
    Runs,
    RunSummary,
    TierModel,
)
from stratum.console.platform.standing import standing
from stratum.console.platform.timeline import Bar, Run, run_of

RUNS_SHOWN = 50
RUNS_SEARCHED = 20


def platform(files: StateFiles, product_name: str, environment: str) -> Platform:
    """Without a resolved product only the names of the settings are known."""
    product, records = files.product(), files.records()
    shown = _last_run(files, real=False)
    at_work = files.at_work()
    if product is None:
        return Platform(
            product=product_name,
            release=None,
            environment=environment,
            schedule=None,
            tiers=[],
            instances=[],
            run=_run(shown, at_work) if shown else None,
        )
    # A check installs nothing: how things stand is told by the last run that did.
    real = shown if shown is None or not shown.check else _last_run(files, real=True)
    bars = {bar.instance: bar for bar in real.bars} if real else {}
    working = real is not None and real.id == at_work
    return Platform(
        product=product.product,
        release=product.release,
        environment=product.environment,
        schedule=product.schedule,
        tiers=[TierModel(name=tier.name, instances=tier.instances) for tier in product.tiers],
        instances=[
            _instance(entry, records.get(entry.name), bars.get(entry.name), working)
            for entry in product.instances
        ],
        run=_run(shown, at_work) if shown else None,
    )


def runs(files: StateFiles) -> Runs:
    found = (run_of(files.events(name)) for name in files.runs()[:RUNS_SHOWN])
    return Runs(
        items=[
            RunSummary(
                id=run.id,
                started_at=_moment(run.started_at),
                ended_at=_maybe(run.ended_at),
                states=run.states,
            )
            for run in found
            if run is not None
        ]
    )


def _last_run(files: StateFiles, *, real: bool) -> Run | None:
    for name in files.runs()[:RUNS_SEARCHED]:
        run = run_of(files.events(name))
        if run is not None and not (real and run.check):
            return run
    return None


def _instance(
    entry: Instance, record: Record | None, bar: Bar | None, at_work: bool
) -> InstanceModel:
    state, text = standing(entry, record, bar, at_work=at_work)
    return InstanceModel(
        name=entry.name,
        component=entry.component,
        tier=entry.tier,
        machine=entry.machine,
        driver=entry.driver,
        version=record.version if record else entry.version,
        source=record.source if record else entry.source,
        needs=[NeedModel(instance=need.instance, reasons=need.reasons) for need in entry.needs],
        after_tier=entry.after_tier,
        state=state,
        state_text=text,
        revision=record.revision if record else None,
        installed_at=record.ended_at if record else None,
        ports=entry.ports,
        outputs=record.outputs if record else {},
    )


def _run(run: Run, at_work: str | None) -> RunModel:
    cost, text = barrier(run)
    return RunModel(
        id=run.id,
        started_at=_moment(run.started_at),
        ended_at=_maybe(run.ended_at),
        check=run.check,
        at_work=run.id == at_work,
        states=run.states,
        bars=[_bar(bar) for bar in run.bars],
        critical_path=critical_path(run.bars),
        barrier_cost_seconds=cost,
        barrier_text=text,
    )


def _bar(bar: Bar) -> BarModel:
    return BarModel(
        instance=bar.instance,
        waiting_from=_maybe(bar.waiting_from),
        started_at=_maybe(bar.started_at),
        readiness_from=_maybe(bar.readiness_from),
        ready_at=_maybe(bar.ready_at),
        ended_at=_maybe(bar.ended_at),
        state=bar.state,
        reason=bar.reason,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _maybe(seconds: float | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)
