-- The state of deployments, commits, changes and incidents. The key of each table is the identity
-- of its thing, so a repeated or late event never doubles it: read these tables with FINAL. They
-- have no partitions, because rows of one identity collapse only within one.

CREATE TABLE IF NOT EXISTS deployments
(
    source LowCardinality(String),
    service LowCardinality(String),
    environment LowCardinality(String),
    id String CODEC(ZSTD(3)),
    repository LowCardinality(String),
    commit String CODEC(ZSTD(3)),
    ref String CODEC(ZSTD(3)),
    release LowCardinality(String),
    kind LowCardinality(String),
    result LowCardinality(String),
    started_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    finished_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(3)),
    url String CODEC(ZSTD(3)),
    actor LowCardinality(String),
    event_id String CODEC(ZSTD(3)),
    sample Bool,
    version UInt64 CODEC(Delta, ZSTD(3)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (service, environment, source, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- A commit that is pushed again (after a forced push) keeps the place of its first push: the
-- version is the position upside down.
CREATE TABLE IF NOT EXISTS commits
(
    repository LowCardinality(String),
    branch LowCardinality(String),
    sha String CODEC(ZSTD(3)),
    parent String CODEC(ZSTD(3)),
    position UInt64 CODEC(Delta, ZSTD(3)),
    authored_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    author LowCardinality(String),
    message String CODEC(ZSTD(3)),
    pushed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    url String CODEC(ZSTD(3)),
    event_id String CODEC(ZSTD(3)),
    sample Bool,
    version UInt64 MATERIALIZED bitNot(position) CODEC(Delta, ZSTD(3)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (repository, branch, sha)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS changes
(
    source LowCardinality(String),
    repository LowCardinality(String),
    number UInt64 CODEC(Delta, ZSTD(3)),
    title String CODEC(ZSTD(3)),
    author LowCardinality(String),
    state LowCardinality(String),
    created_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    merged_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(3)),
    merge_commit String CODEC(ZSTD(3)),
    head_sha String CODEC(ZSTD(3)),
    base_branch LowCardinality(String),
    labels Array(LowCardinality(String)) CODEC(ZSTD(3)),
    url String CODEC(ZSTD(3)),
    event_id String CODEC(ZSTD(3)),
    sample Bool,
    version UInt64 CODEC(Delta, ZSTD(3)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (source, repository, number)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS incidents
(
    source LowCardinality(String),
    id String CODEC(ZSTD(3)),
    service LowCardinality(String),
    environment LowCardinality(String),
    title String CODEC(ZSTD(3)),
    state LowCardinality(String),
    opened_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(3)),
    resolved_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(3)),
    deployment_ref String CODEC(ZSTD(3)),
    labels Array(LowCardinality(String)) CODEC(ZSTD(3)),
    url String CODEC(ZSTD(3)),
    event_id String CODEC(ZSTD(3)),
    sample Bool,
    version UInt64 CODEC(Delta, ZSTD(3)),
    _src LowCardinality(String),
    _row UInt32 CODEC(Delta, ZSTD(3))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (source, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
