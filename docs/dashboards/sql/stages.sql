-- How long changes were in each stage, by the week in which they were merged.
-- part moves
SELECT toDateTime(toStartOfWeek(merged_at, 1)) AS time,
    quantileExactInclusive(0.5)(dateDiff('second', created_at, merged_at)) AS "open until merged",
    quantileExactInclusiveIf(0.5)(
        dateDiff('second', merged_at, assumeNotNull(deployed_at)), deployed_at >= merged_at)
        AS "merged until deployed"
FROM moves
WHERE state = 'merged' AND $__timeFilter_ms(merged_at)
GROUP BY time
ORDER BY time
