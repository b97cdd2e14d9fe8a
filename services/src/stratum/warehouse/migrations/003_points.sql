-- Metric points; text and number fields apart, so that numbers stay numbers.

CREATE TABLE IF NOT EXISTS points
(
    measurement LowCardinality(String),
    tags Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    fields Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    text_fields Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(3)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (measurement, time)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
