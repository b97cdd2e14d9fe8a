"""Sets up MinIO: buckets, users with no more rights than each needs, lifecycle rules."""
