"""What Prometheus scrapes, whether it answers, and which alerts fire."""

from __future__ import annotations

from .model import RATE, Dashboard, Panel, Query, Row, Variable

JOBS = 'job=~"$job"'

AVAILABILITY = Dashboard(
    uid="stratum-availability",
    folder="operations",
    title="Service availability",
    description="What Prometheus scrapes, whether it answered, and which alerts fire.",
    since="now-24h",
    variables=(Variable("job", "Job", "metrics", "label_values(up, job)", ".+"),),
    rows=(
        Row(
            "Now",
            (
                Panel(
                    "Do not answer",
                    "Targets that could not be scraped.",
                    "metrics",
                    (Query(f"count(up{{{JOBS}}} == 0) or vector(0)", now=True),),
                    kind="stat",
                    width=6,
                    height=5,
                    bad=1,
                ),
                Panel(
                    "Answered",
                    "Share of all scrapes in the window shown that were answered.",
                    "metrics",
                    (Query(f"avg(avg_over_time(up{{{JOBS}}}[$__range]))", now=True),),
                    "percentunit",
                    kind="stat",
                    width=6,
                    height=5,
                    warn=0.999,
                    bad=0.99,
                ),
                Panel(
                    "Critical alerts",
                    "Alerts of the severity critical that fire.",
                    "metrics",
                    (
                        Query(
                            'count(ALERTS{alertstate="firing", severity="critical"}) or vector(0)',
                            now=True,
                        ),
                    ),
                    kind="stat",
                    width=6,
                    height=5,
                    bad=1,
                ),
                Panel(
                    "Other alerts",
                    "Alerts of all other severities that fire.",
                    "metrics",
                    (
                        Query(
                            'count(ALERTS{alertstate="firing", severity!="critical"}) or vector(0)',
                            now=True,
                        ),
                    ),
                    kind="stat",
                    width=6,
                    height=5,
                    warn=1,
                ),
            ),
        ),
        Row(
            "Over the window",
            (
                Panel(
                    "Answered, by job",
                    "Share of the targets of each job that answered.",
                    "metrics",
                    (Query(f"avg by (job) (up{{{JOBS}}})", "{{job}}"),),
                    "percentunit",
                    least=0,
                    most=1,
                    width=12,
                ),
                Panel(
                    "Slowest scrape",
                    "Time that the slowest target of each job took to tell its metrics.",
                    "metrics",
                    (Query(f"max by (job) (scrape_duration_seconds{{{JOBS}}})", "{{job}}"),),
                    "s",
                    width=12,
                ),
                Panel(
                    "Answered, by target",
                    "Share of the scrapes of each target that were answered, the worst first.",
                    "metrics",
                    (
                        Query(
                            "sort(avg by (job, instance, machine) "
                            f"(avg_over_time(up{{{JOBS}}}[$__range])))"
                        ),
                    ),
                    "percentunit",
                    kind="table",
                    width=12,
                    height=10,
                    hidden=("Time",),
                    units={"Value": "percentunit"},
                ),
                Panel(
                    "Alerts that fire",
                    "Each with its labels; the count is of those with the same labels.",
                    "metrics",
                    (
                        Query(
                            "count by (alertname, severity, job, instance, namespace) "
                            '(ALERTS{alertstate="firing"})'
                        ),
                    ),
                    kind="table",
                    width=12,
                    height=10,
                    hidden=("Time",),
                ),
                Panel(
                    "Messages of Alertmanager",
                    "Messages a second by way, and those that could not be sent.",
                    "metrics",
                    (
                        Query(
                            f"sum by (integration) (rate(alertmanager_notifications_total{RATE}))",
                            "{{integration}}",
                        ),
                        Query(
                            "sum by (integration) "
                            f"(rate(alertmanager_notifications_failed_total{RATE}))",
                            "{{integration}} failed",
                        ),
                    ),
                    "ops",
                    width=24,
                    height=7,
                ),
            ),
        ),
    ),
)
