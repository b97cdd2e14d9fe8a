"""Which deployments a question is about, and the limits that decide what is put down to them."""

from __future__ import annotations

from dataclasses import dataclass

from stratum.console.settings import MetricSettings
from stratum.console.warehouse import Value

USUAL = MetricSettings()


@dataclass(frozen=True)
class Scope:
    """An empty service means all of them; the environment `*` too."""

    service: str = ""
    environment: str = "production"
    limits: MetricSettings = USUAL

    @property
    def parameters(self) -> dict[str, Value]:
        """The parameters that every query over deployments takes."""
        return {
            "service": self.service,
            "environment": self.environment,
            "incident_seconds": self.limits.incident_within_seconds,
            "rollback_seconds": self.limits.rollback_within_seconds,
        }
