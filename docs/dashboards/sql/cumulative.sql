-- Where changes stand at a time; one that was closed unmerged tells no time and counts nowhere.
-- part moves
SELECT t.time AS time,
    countIf(m.deployed_at <= t.time) AS "deployed",
    countIf(m.merged_at <= t.time) - deployed AS "merged",
    countIf(m.created_at <= t.time) - countIf(m.merged_at <= t.time) AS "open"
FROM (
SELECT {from:DateTime64(3, 'UTC')} + toIntervalSecond(number * $__interval_s) AS time
FROM numbers(toUInt64(dateDiff('second', {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}) / $__interval_s) + 1)
) AS t
CROSS JOIN (SELECT * FROM moves WHERE state != 'closed') AS m
GROUP BY time
ORDER BY time
