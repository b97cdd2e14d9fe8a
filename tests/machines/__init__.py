"""Real machines for the tests: Debian with systemd, booted by systemd-nspawn, reached by SSH."""
