-- How deployments ended, in the steps of the picture.
SELECT $__timeInterval(at) AS time,
    countIf(result = 'success') AS "successes",
    countIf(result = 'failure') AS "failures",
    countIf(result = 'cancelled') AS "cancelled"
FROM (
-- console own_deployments
)
WHERE $__timeFilter_ms(at)
GROUP BY time
ORDER BY time
