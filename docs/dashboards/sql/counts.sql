-- What waits now, and what was done in the window.
SELECT countIf(state = 'open') AS "Open now",
    countIf(state = 'merged' AND $__timeFilter_ms(merged_at)) AS "Merged in the window",
    quantileExactInclusiveIf(0.5)(dateDiff('second', created_at, now64(3)), state = 'open')
        AS "Age of half the open ones"
FROM changes FINAL
WHERE ({repository:String} = '*' OR repository = {repository:String})
