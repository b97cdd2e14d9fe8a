-- The rates of each service.
SELECT service AS "Service", count() AS "Deployments",
    countIf(success) / {days:Float64} AS "A day",
    countIf(failed) / nullIf(countIf(finished), 0) AS "Change fail rate",
    countIf(rework) / nullIf(countIf(finished), 0) AS "Rework rate",
    max(at) AS "Last"
FROM (
-- console deployments
)
WHERE $__timeFilter_ms(at)
GROUP BY service
ORDER BY service
