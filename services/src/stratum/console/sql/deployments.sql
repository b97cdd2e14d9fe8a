-- One row for each deployment of the scope, with everything that is said of it; docs/metrics.md
-- defines the words. Whole history is read: what a window shows depends on what was before it.
WITH
    own AS (-- include own_deployments
    ),
    placed AS (-- include placed_deployments
    ),
    sequence AS (-- include sequence
    ),
    links AS (-- include commit_links
    ),
    attributed AS (-- include incident_links
    )
SELECT
    s.key AS key, s.source AS source, s.service AS service, s.environment AS environment,
    s.id AS id, s.found_repository AS repository, s.sha AS commit, s.ref AS ref,
    s.release AS release, s.effective_kind AS kind, s.result AS result, s.baseline AS baseline,
    s.started_at AS started_at, s.finished_at AS finished_at, s.at AS at,
    s.url AS url, s.actor AS actor, s.event_id AS event_id,
    s.success AS success,
    s.result IN ('success', 'failure') AS finished,
    multiIf(s.baseline, 'baseline', s.matches = 0, 'unknown_commit', s.matches > 1,
            'ambiguous_commit', length(l.leads) = 0, 'no_new_commits', '') AS link_state,
    l.leads AS leads,
    arrayFilter(lead -> lead >= 0, leads) AS counted_leads,
    i.incidents AS incidents,
    multiIf(
        NOT finished, '',
        s.result = 'failure', 'result',
        length(incidents) > 0, 'incident',
        rolled_back, 'rollback',
        ''
    ) AS failed_code,
    failed_code != '' AS failed,
    finished AND kind IN ('hotfix', 'rollback') AS rework,
    s.following = 1 AND s.next.3 = 'rollback' AND s.next.4 != s.sha
        AND s.next.1 <= s.at + toIntervalSecond({rollback_seconds:UInt32}) AS rolled_back,
    multiIf(
        NOT failed, NULL,
        i.open > 0, NULL,
        length(incidents) > 0, i.resolved_at,
        s.following = 1, s.next.1,
        NULL
    ) AS recovered,
    multiIf(
        NOT failed, '',
        i.open > 0, 'incident_open',
        recovered IS NULL, 'not_recovered',
        recovered < s.at, 'negative',
        'recovered'
    ) AS recovery_state,
    if(recovery_state = 'recovered', recovered, NULL) AS recovered_at,
    if(recovery_state = 'recovered', dateDiff('millisecond', s.at, recovered) / 1000, NULL)
        AS recovery_seconds,
    if(recovered_at IS NOT NULL AND s.following = 1 AND s.next.1 <= recovered_at, s.next.2, '')
        AS repaired_by,
    s.sample OR l.sample OR i.sample AS sample
FROM (
    SELECT
        *,
        -- The next success; read backwards, so that each row adds to the frame and none leaves it.
        argMinIf((at, key, effective_kind, sha), (at, key), success) OVER after AS next,
        least(countIf(success) OVER after, 1) AS following
    FROM sequence
    WINDOW after AS (
        PARTITION BY service, environment ORDER BY at DESC, key DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) AS s
LEFT JOIN (
    SELECT k.key AS key, groupArray(k.lead_seconds) AS leads, max(k.sample) AS sample
    FROM links AS k GROUP BY k.key
) AS l ON s.key = l.key
LEFT JOIN (
    SELECT
        a.key AS key,
        arraySort(groupArray((a.opened_at, a.id, a.link_method))) AS incidents,
        countIf(a.resolved_at IS NULL) AS open,
        max(a.resolved_at) AS resolved_at,
        max(a.sample) AS sample
    FROM attributed AS a WHERE a.key != '' GROUP BY a.key
) AS i ON s.key = i.key
