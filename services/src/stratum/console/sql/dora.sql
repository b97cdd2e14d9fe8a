-- The five metrics' parts, for the window, the one before it, and each week of it (`bucket`).
SELECT
    arrayJoin(if(
        d.at >= {from:DateTime64(3, 'UTC')},
        ['current', concat('week ', toString(intDiv(
            dateDiff('second', {from:DateTime64(3, 'UTC')}, d.at), 604800)))],
        ['previous'])) AS bucket,
    count() AS deployments,
    countIf(d.success) AS successes,
    countIf(d.result = 'failure') AS failures,
    countIf(d.result = 'cancelled') AS cancelled,
    countIf(NOT d.finished AND d.result != 'cancelled') AS running,
    countIf(d.failed) AS failed,
    countIf(d.rework) AS rework,
    countIf(d.recovery_state = 'recovered') AS recovered,
    countIf(d.recovery_state = 'incident_open') AS incident_open,
    countIf(d.recovery_state = 'not_recovered') AS not_recovered,
    countIf(d.recovery_state = 'negative') AS recovery_negative,
    countIf(d.success AND d.link_state = 'baseline') AS baseline,
    countIf(d.success AND d.link_state = 'unknown_commit') AS unknown_commit,
    countIf(d.success AND d.link_state = 'ambiguous_commit') AS ambiguous_commit,
    countIf(d.success AND d.link_state = 'no_new_commits') AS no_new_commits,
    sum(length(d.counted_leads)) AS commits,
    sum(length(d.leads)) - commits AS lead_negative,
    quantilesExactInclusiveArray(0.5, 0.9)(d.counted_leads) AS lead,
    if(commits = 0, NULL, lead[1]) AS lead_median,
    if(commits = 0, NULL, lead[2]) AS lead_p90,
    quantilesExactInclusiveIf(0.5, 0.9)(
        assumeNotNull(d.recovery_seconds), d.recovery_state = 'recovered') AS recovery,
    if(recovered = 0, NULL, recovery[1]) AS recovery_median,
    if(recovered = 0, NULL, recovery[2]) AS recovery_p90,
    max(d.sample) AS sample
FROM (-- include deployments
) AS d
WHERE d.at >= {previous_from:DateTime64(3, 'UTC')} AND d.at < {to:DateTime64(3, 'UTC')}
GROUP BY bucket
