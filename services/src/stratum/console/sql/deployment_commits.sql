-- The commits that a deployment was the first to bring, newest first.
WITH
    own AS (-- include own_deployments
    ),
    placed AS (-- include placed_deployments
    ),
    sequence AS (-- include sequence
    ),
    links AS (-- include commit_links
    )
SELECT
    l.sha AS sha, c.message AS message, c.author AS author, c.authored_at AS authored_at,
    if(l.lead_seconds < 0, NULL, l.lead_seconds) AS lead_seconds, c.url AS url
FROM (SELECT * FROM commits FINAL) AS c
INNER JOIN (SELECT * FROM links WHERE key = {key:String}) AS l
    ON c.repository = l.repository AND c.branch = l.branch AND lower(c.sha) = l.sha
ORDER BY c.position DESC
