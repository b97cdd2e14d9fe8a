"""Grafana's dashboards, written in Python: see `__main__.py` for how they become JSON."""
