-- The commit of each deployment as a push told it: short hashes are completed, and a commit of
-- several branches counts on the branch deployed from: the named one, else the usual one.
SELECT
    key, service, environment,
    uniqExact(found_repository, found_sha) AS matches,
    argMax((found_repository, found_branch, found_sha, found_position), rank) AS place
FROM (
    SELECT
        d.key AS key, d.service AS service, d.environment AS environment,
        c.repository AS found_repository, c.branch AS found_branch,
        lower(c.sha) AS found_sha, toInt64(c.position) AS found_position,
        (
            c.branch = replaceRegexpOne(d.ref, '^refs/heads/', ''),
            count() OVER (PARTITION BY d.service, d.environment, c.repository, c.branch),
            c.branch IN ('main', 'master', 'trunk'),
            c.branch
        ) AS rank
    FROM (SELECT * FROM commits FINAL) AS c
    INNER JOIN own AS d ON substring(lower(c.sha), 1, 7) = substring(d.told_commit, 1, 7)
    WHERE length(d.told_commit) >= 7
      AND startsWith(lower(c.sha), d.told_commit)
      AND (d.repository = '' OR d.repository = c.repository)
)
GROUP BY key, service, environment
