-- The newest deployments with their versions: what the stream compares.
SELECT
    concat(source, '/', service, '/', environment, '/', id) AS key,
    service, environment, version
FROM deployments FINAL
ORDER BY coalesce(finished_at, started_at) DESC, key DESC
LIMIT 200
