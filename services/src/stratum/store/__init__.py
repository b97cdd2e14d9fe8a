"""Sets up MinIO for the other services: buckets, users, and no more rights than each needs."""
