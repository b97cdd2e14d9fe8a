-- The raw event behind the latest state of a deployment.
SELECT id, source, kind, received_at, headers, body
FROM events_raw
WHERE id = (
    SELECT event_id FROM deployments FINAL
    WHERE service = {service:String} AND environment = {environment:String}
      AND concat(source, '/', service, '/', environment, '/', id) = {key:String}
)
LIMIT 1
