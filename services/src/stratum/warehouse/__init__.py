"""ClickHouse's engine (chDB) behind the ClickHouse HTTP interface, in one process."""
