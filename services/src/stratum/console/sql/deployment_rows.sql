-- The deployments of the given keys, all within the scope.
SELECT
    d.*,
    length(d.leads) AS commits,
    if(length(d.counted_leads) = 0, NULL,
       arrayReduce('quantileExactInclusive(0.5)', d.counted_leads)) AS lead_seconds,
    count() OVER () AS total
FROM (-- include deployments
) AS d
WHERE has({keys:Array(String)}, d.key)
ORDER BY d.at, d.key
