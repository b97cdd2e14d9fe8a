-- Changes with the time at which the first deployment of any service brought the commit that they
-- were merged as to production: a repository's changes belong to no single service.
WITH own AS (
-- in production own_deployments
),
placed AS (
-- in production placed_deployments
),
sequence AS (
-- in production sequence
),
links AS (
-- in production commit_links
),
delivered AS (
SELECT l.repository AS repository, l.sha AS sha, min(d.at) AS at
FROM links AS l INNER JOIN own AS d ON l.key = d.key
GROUP BY repository, sha
),
moves AS (
SELECT c.repository AS repository, c.number AS number, c.title AS title, c.author AS author,
    c.state AS state, c.url AS url, c.created_at AS created_at, c.merged_at AS merged_at,
    if(s.sha = '', NULL, s.at) AS deployed_at
FROM (
SELECT * FROM changes FINAL
WHERE {repository:String} = '*' OR repository = {repository:String}
) AS c
LEFT JOIN delivered AS s ON c.repository = s.repository AND lower(c.merge_commit) = s.sha
)
