"""Stratum's delivery services: webhook to raw object to warehouse to metrics."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("stratum-services")
