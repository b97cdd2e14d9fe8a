-- Each commit with the first deployment that brought it to an environment: of its branch the first
-- with a position not before its own; of several branches the earliest deployment.
SELECT
    argMin((x.key, x.branch, x.authored_at, x.at), (x.at, x.key)) AS first,
    first.1 AS key,
    x.repository AS repository, first.2 AS branch, x.sha AS sha,
    dateDiff('millisecond', first.3, first.4) / 1000 AS lead_seconds,
    max(x.sample) AS sample
FROM (
    SELECT
        c.service AS service, c.environment AS environment, c.repository AS repository,
        c.branch AS branch, c.sha AS sha, c.authored_at AS authored_at, c.sample AS sample,
        d.key AS key, d.at AS at
    FROM (
        SELECT t.service, t.environment, c.repository, c.branch, lower(c.sha) AS sha,
               toInt64(c.position) AS position, c.authored_at, c.sample
        FROM (SELECT * FROM commits FINAL) AS c
        INNER JOIN (
            SELECT DISTINCT service, environment, place.1 AS repository, place.2 AS branch
            FROM placed
        ) AS t ON c.repository = t.repository AND c.branch = t.branch
    ) AS c
    ASOF INNER JOIN (
        SELECT service, environment, found_repository, branch, position, key, at, baseline_position
        FROM sequence WHERE step
    ) AS d
    ON c.service = d.service AND c.environment = d.environment
        AND c.repository = d.found_repository AND c.branch = d.branch
        AND c.position <= d.position
    WHERE c.position > d.baseline_position
) AS x
GROUP BY x.service, x.environment, x.repository, x.sha
