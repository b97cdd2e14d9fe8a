-- What the ETL has loaded: the newest row of a key is its state. The tables above are the truth;
-- this one only says which of them to ask.

CREATE TABLE IF NOT EXISTS ledger
(
    key String CODEC(ZSTD(3)),
    etag String CODEC(ZSTD(3)),
    state LowCardinality(String),
    rows Map(LowCardinality(String), UInt64),
    reason String CODEC(ZSTD(3)),
    updated_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(3))
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY key
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
