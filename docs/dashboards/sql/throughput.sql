-- Changes that were merged in each week, and those of them that are in production.
-- part moves
SELECT toDateTime(toStartOfWeek(merged_at, 1)) AS time, count() AS "merged",
    countIf(deployed_at IS NOT NULL) AS "of those deployed"
FROM moves
WHERE state = 'merged' AND $__timeFilter_ms(merged_at)
GROUP BY time
ORDER BY time
