-- Incidents of the window that could be put down to no deployment.
WITH
    own AS (-- include own_deployments
    ),
    attributed AS (-- include incident_links
    )
SELECT count() AS incidents, max(sample) AS sample
FROM attributed
WHERE key = ''
  AND ({service:String} = '' OR service = {service:String})
  AND opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')}
