-- Deployments of the scope, in their latest state. `at` is when one ended, or began if it has not.
SELECT
    concat(source, '/', service, '/', environment, '/', id) AS key,
    source, service, environment, id, repository, ref, release, kind AS given_kind, result,
    lower(commit) AS told_commit,
    started_at, finished_at, url, actor, event_id, sample,
    coalesce(finished_at, started_at) AS at,
    result = 'success' AS success
FROM deployments FINAL
WHERE ({service:String} = '' OR service = {service:String})
  AND ({environment:String} = '*' OR environment = {environment:String})
