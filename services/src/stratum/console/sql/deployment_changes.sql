-- The merged changes whose merge or last commit a deployment was the first to bring.
WITH
    own AS (-- include own_deployments
    ),
    placed AS (-- include placed_deployments
    ),
    sequence AS (-- include sequence
    ),
    links AS (-- include commit_links
    ),
    brought AS (
        SELECT repository, sha FROM links WHERE key = {key:String}
    )
SELECT number, title, author, created_at, merged_at, url
FROM changes FINAL
WHERE state = 'merged'
  AND ((repository, lower(merge_commit)) IN brought OR (repository, lower(head_sha)) IN brought)
ORDER BY merged_at DESC, number DESC
