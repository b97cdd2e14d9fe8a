-- The newest deployments of the window, and why one counts as failed.
SELECT at, service, environment, result, kind, failed_code, release, commit, actor, url
FROM (
-- console deployments
)
WHERE $__timeFilter_ms(at)
ORDER BY at DESC
LIMIT 200
