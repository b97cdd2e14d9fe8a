-- The incidents put down to a deployment.
WITH
    own AS (-- include own_deployments
    ),
    attributed AS (-- include incident_links
    )
SELECT id, title, state, opened_at, resolved_at, url, link_method
FROM attributed
WHERE key = {key:String}
ORDER BY opened_at, id
