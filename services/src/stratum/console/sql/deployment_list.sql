-- A page of deployments, newest first; `total` counts every match, whatever the page.
SELECT *
FROM (
    SELECT
        d.*,
        length(d.leads) AS commits,
        if(length(d.counted_leads) = 0, NULL,
           arrayReduce('quantileExactInclusive(0.5)', d.counted_leads)) AS lead_seconds,
        count() OVER () AS total
    FROM (-- include deployments
    ) AS d
    WHERE d.at >= {from:DateTime64(3, 'UTC')} AND d.at < {to:DateTime64(3, 'UTC')}
      AND ({result:String} = '' OR d.result = {result:String})
      AND ({kind:String} = '' OR d.kind = {kind:String})
      AND (startsWith(lowerUTF8(d.service), {q:String}) OR startsWith(d.commit, {q:String})
           OR startsWith(lowerUTF8(d.release), {q:String}))
)
WHERE (at, key) < ({before_at:DateTime64(3, 'UTC')}, {before_key:String})
ORDER BY at DESC, key DESC
LIMIT {limit:UInt32}
