-- The changes that have been open longest.
SELECT repository, number, title, author, created_at,
    dateDiff('second', created_at, now64(3)) AS "Age", url
FROM changes FINAL
WHERE state = 'open' AND ({repository:String} = '*' OR repository = {repository:String})
ORDER BY created_at
LIMIT 100
