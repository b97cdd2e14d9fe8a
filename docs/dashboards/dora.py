"""The five delivery metrics and what they are made of, from the warehouse."""

from __future__ import annotations

from .console_sql import DAYS, FROM, choice, console, query
from .model import Dashboard, Panel, Query, Row

WEEK = "toInt64(substring(bucket, 6))"


def measured(columns: str, bucket: str) -> str:
    return f"SELECT {columns}\nFROM (\n{console('dora')}\n)\nWHERE {bucket}"


def weekly(columns: str) -> Query:
    """One point for each seven days from the window's start, as the console draws them."""
    time = f"{FROM} + toIntervalDay(7 * {WEEK}) AS time"
    asked = measured(f"{time}, {columns}", "startsWith(bucket, 'week ')")
    return Query(f"{asked}\nORDER BY time")


FINISHED = "nullIf(successes + failures, 0)"
WEEK_DAYS = f"least(7, {DAYS} - 7 * {WEEK})"
WINDOW = measured(
    f'if(deployments = 0, NULL, successes / {DAYS}) AS "Deployments a day", '
    'lead_median AS "Change lead time", '
    f'failed / {FINISHED} AS "Change fail rate", '
    'recovery_median AS "Recovery time", '
    f'rework / {FINISHED} AS "Rework rate"',
    "bucket = 'current'",
)
UNITS = {
    "Change lead time": "s",
    "Change fail rate": "percentunit",
    "Recovery time": "s",
    "Rework rate": "percentunit",
}

_SERVICES = choice("service", "Service", "SELECT DISTINCT service FROM deployments ORDER BY 1")
_ENVIRONMENTS = choice(
    "environment", "Environment", "SELECT DISTINCT environment FROM deployments ORDER BY 1"
)

DORA = Dashboard(
    uid="stratum-dora",
    folder="delivery",
    title="Delivery metrics",
    description="The five metrics of DORA, as the console counts them (docs/metrics.md).",
    since="now-90d",
    refresh="",
    variables=(_SERVICES, _ENVIRONMENTS),
    rows=(
        Row(
            "The window",
            (
                Panel(
                    "The five metrics",
                    "Of the window shown: the mean of deployments, the medians of times, and "
                    "the shares of finished deployments.",
                    "warehouse",
                    (Query(WINDOW),),
                    kind="stat",
                    width=24,
                    height=5,
                    units=UNITS,
                ),
            ),
        ),
        Row(
            "Week by week",
            (
                Panel(
                    "Deployments a day",
                    "Successful deployments a day, of each week.",
                    "warehouse",
                    (weekly(f'successes / {WEEK_DAYS} AS "deployments a day"'),),
                    width=12,
                    bars=True,
                    least=0,
                ),
                Panel(
                    "Change lead time",
                    "From a commit to the end of the deployment that brought it: the median, and "
                    "that of 90 in 100.",
                    "warehouse",
                    (weekly('lead_median AS "median", lead_p90 AS "90 in 100"'),),
                    "s",
                    width=12,
                    least=0,
                ),
                Panel(
                    "Failed and reworked",
                    "Share of finished deployments that failed, and of hotfixes and rollbacks.",
                    "warehouse",
                    (
                        weekly(
                            f'failed / {FINISHED} AS "change fail rate", '
                            f'rework / {FINISHED} AS "rework rate"'
                        ),
                    ),
                    "percentunit",
                    width=12,
                    least=0,
                    most=1,
                ),
                Panel(
                    "Recovery time",
                    "From a failed deployment to its recovery: the median, and that of 90 in 100.",
                    "warehouse",
                    (weekly('recovery_median AS "median", recovery_p90 AS "90 in 100"'),),
                    "s",
                    width=12,
                    least=0,
                ),
            ),
        ),
        Row(
            "What it is made of",
            (
                Panel(
                    "Deployments by result",
                    "How many deployments ended, and how.",
                    "warehouse",
                    (Query(query("results")),),
                    bars=True,
                    stacked=True,
                    width=12,
                    height=9,
                ),
                Panel(
                    "By service",
                    "The rates of each service, in the window shown.",
                    "warehouse",
                    (Query(query("services")),),
                    kind="table",
                    width=12,
                    height=9,
                    units={**UNITS, "Last": "dateTimeAsIso"},
                ),
                Panel(
                    "Deployments",
                    "The newest 200 of the window, and why one counts as failed.",
                    "warehouse",
                    (Query(query("deployments")),),
                    kind="table",
                    width=24,
                    height=11,
                ),
                Panel(
                    "Incidents",
                    "The newest 200 that were opened in the window.",
                    "warehouse",
                    (Query(query("incidents")),),
                    kind="table",
                    width=24,
                    height=9,
                ),
            ),
        ),
    ),
)
