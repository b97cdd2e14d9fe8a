-- A cheap sign that deployments have been added since: it differs after each insert.
SELECT count() AS deployments, sum(version) AS versions FROM deployments
