"""Changes from opened over merged to deployed, from the warehouse."""

from __future__ import annotations

from .console_sql import choice, query
from .model import Dashboard, Panel, Query, Row

FLOW = Dashboard(
    uid="stratum-flow",
    folder="delivery",
    title="Cumulative flow",
    description="Changes from opened over merged to deployed in production.",
    since="now-90d",
    refresh="",
    variables=(
        choice("repository", "Repository", "SELECT DISTINCT repository FROM changes ORDER BY 1"),
    ),
    rows=(
        Row(
            "Flow",
            (
                Panel(
                    "Changes",
                    "What waits now, how long it has waited, and what was done in the window.",
                    "warehouse",
                    (Query(query("counts")),),
                    kind="stat",
                    width=24,
                    height=4,
                    units={"Age of half the open ones": "s"},
                ),
                Panel(
                    "Cumulative flow",
                    "All changes by where they stood: the height of a band is what waits there, "
                    "its length how long. Changes that were closed unmerged are left out.",
                    "warehouse",
                    (Query(query("cumulative")),),
                    stacked=True,
                    width=24,
                    height=12,
                    least=0,
                ),
            ),
        ),
        Row(
            "Pace",
            (
                Panel(
                    "Merged a week",
                    "Changes that were merged, and those of them that are in production by now.",
                    "warehouse",
                    (Query(query("throughput")),),
                    bars=True,
                    width=12,
                    least=0,
                ),
                Panel(
                    "Time in each stage",
                    "Medians of the changes that were merged in a week.",
                    "warehouse",
                    (Query(query("stages")),),
                    "s",
                    width=12,
                    least=0,
                ),
                Panel(
                    "Open changes",
                    "The hundred that have been open longest.",
                    "warehouse",
                    (Query(query("open")),),
                    kind="table",
                    width=24,
                    height=10,
                    units={"Age": "s"},
                ),
            ),
        ),
    ),
)
