-- Whether any delivery data is the sample's.
SELECT toBool((SELECT max(sample) FROM deployments) OR (SELECT max(sample) FROM commits)
    OR (SELECT max(sample) FROM incidents)) AS sample
