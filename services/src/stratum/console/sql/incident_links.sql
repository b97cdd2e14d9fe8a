-- Each incident with the deployment it is put down to: the one it names (`explicit`), else the
-- latest success of its service before it opened, within the limit (`nearest`), else none.
SELECT
    i.source AS source, i.id AS id, i.service AS service, i.environment AS environment,
    i.title AS title, i.state AS state, i.opened_at AS opened_at, i.resolved_at AS resolved_at,
    i.url AS url, i.sample AS sample,
    multiIf(named.key != '', named.key, near, nearest.key, '') AS key,
    multiIf(named.key != '', 'explicit', near, 'nearest', '') AS link_method,
    nearest.key != '' AND i.opened_at <= nearest.at + toIntervalSecond({incident_seconds:UInt32})
        AS near
FROM (
    SELECT * FROM incidents FINAL
    WHERE {environment:String} = '*' OR environment = {environment:String}
) AS i
ASOF LEFT JOIN (
    SELECT service, environment, at, key FROM own WHERE success
) AS nearest
ON i.service = nearest.service AND i.environment = nearest.environment
    AND i.opened_at >= nearest.at
LEFT JOIN (
    SELECT
        r.source AS source, r.id AS id,
        -- Its own service first; then the latest before it opened, else the earliest after.
        argMax(d.key, (
            r.service = d.service, d.at <= r.opened_at,
            if(d.at <= r.opened_at, 1, -1) * toUnixTimestamp64Milli(d.at), d.key)) AS key
    FROM (
        SELECT
            source, id, service, environment, opened_at, lower(deployment_ref) AS ref,
            arrayJoin(arrayConcat(
                [concat('id:', ref)],
                if(match(ref, '^[0-9a-f]{7,64}$'), [concat('sha:', substring(ref, 1, 7))], [])
            )) AS handle
        FROM incidents FINAL
        WHERE deployment_ref != ''
    ) AS r
    INNER JOIN (
        SELECT
            concat(source, '/', service, '/', environment, '/', id) AS key,
            service, environment, coalesce(finished_at, started_at) AS at, lower(commit) AS commit,
            arrayJoin([concat('id:', lower(id)), concat('sha:', substring(commit, 1, 7))]) AS handle
        FROM deployments FINAL
        WHERE result IN ('success', 'failure')
    ) AS d ON r.handle = d.handle
    WHERE r.environment = d.environment
      AND (startsWith(r.handle, 'id:') OR startsWith(d.commit, r.ref)
           OR (length(d.commit) >= 7 AND startsWith(r.ref, d.commit)))
    GROUP BY source, id
) AS named ON i.source = named.source AND i.id = named.id
