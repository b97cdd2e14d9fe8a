module stratum.platform/cluster/pause

go 1.24.0
