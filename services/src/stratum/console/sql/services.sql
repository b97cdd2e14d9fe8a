-- Every service with what is known of its deployments.
SELECT
    service AS name,
    arraySort(groupUniqArray(environment)) AS environments,
    count() AS deployments,
    max(coalesce(finished_at, started_at)) AS last_deployment_at
FROM deployments FINAL
GROUP BY service
ORDER BY service
