-- Deployments with what came before them in their service and environment.
-- `frontier` is the highest position successfully deployed before from the same branch; positions of
-- two branches are not compared, or a hotfix would make the next deployment of main a rollback.
SELECT
    *,
    success AND earlier = 0 AS baseline,
    multiIf(
        given_kind != 'planned', toString(given_kind),
        position > 0 AND position < frontier, 'rollback',
        position > 0 AND position < highest AND same_commit > 0, 'rollback',
        'planned'
    ) AS effective_kind,
    success AND NOT baseline AND position > frontier AS step
FROM (
    SELECT
        d.*,
        p.matches AS matches,
        if(matches = 1, p.place.1, d.repository) AS found_repository,
        if(matches = 1, p.place.2, '') AS branch,
        if(matches = 1, p.place.3, d.told_commit) AS sha,
        if(matches = 1, p.place.4, 0) AS position,
        maxIf(position, success) OVER on_branch AS frontier,
        maxIf(position, success) OVER before AS highest,
        countIf(success) OVER before AS earlier,
        countIf(success) OVER on_commit AS same_commit,
        -- Where the first commit is unknown, nothing pushed before that deployment began counts.
        argMinIf(
            if(position > 0, position, toUnixTimestamp64Milli(started_at) * 1000),
            (at, key), success
        ) OVER (PARTITION BY service, environment) AS baseline_position
    FROM own AS d
    LEFT JOIN placed AS p ON d.key = p.key
    WINDOW
        before AS (
            PARTITION BY service, environment ORDER BY at, key
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        on_branch AS (
            PARTITION BY service, environment, found_repository, branch ORDER BY at, key
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        on_commit AS (
            PARTITION BY service, environment, sha ORDER BY at, key
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
