"""Puts the collector's parts together from its settings, after the log was recovered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stratum.collector.admission import Admission
from stratum.collector.authentication import load_secrets
from stratum.collector.commit import GroupCommit, microseconds_now
from stratum.collector.deliveries import Deliveries, DeliveryLog
from stratum.collector.files import DiskFiles
from stratum.collector.handler import Handler
from stratum.collector.intake import Intake, Secrets
from stratum.collector.measures import Measures
from stratum.collector.readiness import ReadinessCheck
from stratum.collector.recovery import QUARANTINE, recover
from stratum.collector.settings import CollectorSettings
from stratum.collector.shipping import Shipped, Shipper
from stratum.collector.wal import SealRules, Wal
from stratum.health import health_of
from stratum.logging import get_logger
from stratum.storage import ObjectStore

PROBE_SECONDS = 3.0

log = get_logger("collector")


@dataclass(frozen=True, slots=True)
class Parts:
    commit: GroupCommit
    shipper: Shipper
    admission: Admission
    handler: Handler


def read_secrets(settings: CollectorSettings) -> Secrets:
    sources = settings.sources
    return {
        "argocd": load_secrets(sources.argocd.secrets),
        "github": load_secrets(sources.github.secrets),
        "gitlab": load_secrets(sources.gitlab.secrets),
        "metrics": load_secrets(sources.metrics.secrets),
    }


def assemble(settings: CollectorSettings, on_failure: Callable[[], None]) -> Parts:
    secrets, files, measures = read_secrets(settings), DiskFiles(), Measures()
    store = ObjectStore(settings.s3)
    bucket = ObjectStore(settings.s3, timeout_seconds=PROBE_SECONDS)

    # Numbers of a new directory begin at the time, so that they differ from those of an earlier
    # one that was lost or emptied.
    found = recover(settings.data_dir, files, fresh_sequence=microseconds_now())
    for note in found.notes:
        log.warning("recovered", note=note)
    delivery_log = DeliveryLog(settings.data_dir, files, settings.remember_deliveries)
    keys = delivery_log.load() + found.keys

    rules = SealRules(settings.seal_bytes, int(settings.seal_after_seconds * 1_000_000))
    wal = Wal(settings.data_dir, files, rules, found)
    shipper = _shipper(settings, wal, store, delivery_log, measures, on_failure)
    wal.on_sealed = shipper.wake
    commit = GroupCommit(wal, found.next_sequence, on_flush=measures.flush_seconds.observe)
    admission = Admission(
        wal,
        commit,
        files=files,
        data_dir=settings.data_dir,
        max_bytes=settings.max_bytes,
        min_free_bytes=settings.min_free_bytes,
    )
    deliveries = Deliveries(settings.remember_deliveries, keys)
    intake = Intake(settings.collector, secrets, commit, deliveries, measures, microseconds_now)
    _add_gauges(settings, measures, wal, deliveries, files)
    readiness = ReadinessCheck(bucket, admission)
    handler = Handler(intake, admission, readiness, measures, health_of("collector"))
    return Parts(commit, shipper, admission, handler)


def _shipper(
    settings: CollectorSettings,
    wal: Wal,
    store: ObjectStore,
    deliveries: DeliveryLog,
    measures: Measures,
    on_failure: Callable[[], None],
) -> Shipper:
    def count(shipped: Shipped) -> None:
        measures.objects.inc(shipped.objects)
        measures.object_bytes.inc(shipped.bytes)

    return Shipper(
        settings.collector,
        wal,
        store,
        deliveries,
        on_shipped=count,
        on_conflict=measures.conflicts.inc,
        on_failure=on_failure,
    )


def _add_gauges(
    settings: CollectorSettings,
    measures: Measures,
    wal: Wal,
    deliveries: Deliveries,
    files: DiskFiles,
) -> None:
    def oldest_seconds() -> float:
        oldest = wal.oldest_us
        return 0.0 if oldest is None else (microseconds_now() - oldest) / 1_000_000

    quarantine = settings.data_dir / QUARANTINE
    measures.gauge("wal_bytes", "Bytes not yet shipped.", lambda: wal.size)
    measures.gauge("oldest_unshipped_seconds", "Age of the oldest record.", oldest_seconds)
    measures.gauge("known_deliveries", "Delivery ids remembered.", lambda: len(deliveries))
    measures.gauge(
        "quarantined_segments", "Segments set aside.", lambda: len(files.names(quarantine))
    )
