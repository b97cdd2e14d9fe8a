"""The tests on every supported version of ansible-core and Python."""
