-- What arrived, as it arrived: one row for each line of an object.

CREATE TABLE IF NOT EXISTS events_raw
(
    id String CODEC(ZSTD(3)),
    source LowCardinality(String),
    kind LowCardinality(String),
    delivery String CODEC(ZSTD(3)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    sample Bool,
    headers Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    body String CODEC(ZSTD(6)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS deployments_raw
(
    source LowCardinality(String),
    app LowCardinality(String),
    namespace LowCardinality(String),
    cluster LowCardinality(String),
    environment LowCardinality(String),
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    received_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    sync_status LowCardinality(String),
    health_status LowCardinality(String),
    revision String CODEC(ZSTD(3)),
    duration_ms Nullable(UInt64) CODEC(T64, ZSTD(3)),
    payload String CODEC(ZSTD(6)),
    event_id String CODEC(ZSTD(3)),
    sample Bool,
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (app, event_time)
TTL toDateTime(event_time) + INTERVAL 1 YEAR
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Lines that could not be read; nothing that was acknowledged is dropped in silence.
CREATE TABLE IF NOT EXISTS rejected
(
    reason String CODEC(ZSTD(3)),
    body String CODEC(ZSTD(6)),
    rejected_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = MergeTree
ORDER BY (_src, _row)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
