"""Every query of every dashboard, asked of real servers with data in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.stratum.platform.tests.dashboards.asking import (
    ask,
    offered,
    sql,
    window_of,
)
from ansible_collections.stratum.platform.tests.dashboards.grafana import (
    BrokenVariableError,
    Choice,
    Chosen,
    chosen,
    this_moment,
)
from ansible_collections.stratum.platform.tests.dashboards.world import (
    DASHBOARDS,
    World,
    panels,
    variables,
)
from stratum.console.queries import load
from stratum.console.scope import Scope

DORA = DASHBOARDS["dora"]


def chosen_for(world: World, dashboard: Any, panel: Any, **values: str) -> Chosen:
    return chosen(dashboard, window_of(world, panel["datasource"]["type"]), values)


@pytest.mark.parametrize(("dashboard", "panel"), panels())
def test_a_panel_shows_what_is_there(world: World, dashboard: Any, panel: Any) -> None:
    now = chosen_for(world, dashboard, panel)
    for target in panel["targets"]:
        rows = ask(world, target, now)
        assert rows, f"no row for {target['refId']}"
        empty = [name for name in rows[0] if all(row[name] in (None, "") for row in rows)]
        # A label is empty where there is nothing to tell; a value of SQL must be there.
        assert [name for name in empty if "rawSql" in target and name not in MAY_BE_EMPTY] == []
        if "or vector(0)" in target.get("expr", ""):
            assert float(rows[0]["value"]) > 0


# What the quarter that is told does not have for anything.
MAY_BE_EMPTY = {"actor", "release", "url"}


@pytest.mark.parametrize("variable", variables())
def test_a_variable_offers_values(world: World, variable: Any) -> None:
    assert offered(world, variable)


@pytest.mark.parametrize(("dashboard", "panel"), panels())
def test_a_panel_takes_the_first_value_of_each_variable(
    world: World, dashboard: Any, panel: Any
) -> None:
    asked = [each for each in dashboard["templating"]["list"] if each["type"] == "query"]
    values = {each["name"]: offered(world, each)[0] for each in asked}
    for target in panel["targets"]:
        ask(world, target, chosen_for(world, dashboard, panel, **values))


@pytest.mark.parametrize("name", ["dora", "flow"])
def test_a_value_with_a_quote_stays_a_value(world: World, name: str) -> None:
    dashboard = DASHBOARDS[name]
    asked = [each for each in dashboard["templating"]["list"] if each["type"] == "query"]
    values = {each["name"]: "it's" for each in asked}
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            ask(world, target, chosen_for(world, dashboard, panel, **values))


def test_the_five_metrics_are_those_of_the_console(world: World) -> None:
    window = world.long
    since, until = (f"{at:%Y-%m-%d %H:%M:%S}.000" for at in (window.since, window.until))
    parameters = {"from": since, "to": until, "previous_from": since}
    parameters |= {name: str(value) for name, value in Scope(environment="*").parameters.items()}
    with world.warehouse.client("console") as client:
        answer = client.post(
            "/",
            params={"database": "stratum"}
            | {f"param_{name}": value for name, value in parameters.items()},
            content=f"{load('dora')} FORMAT JSON",
        )
    assert answer.status_code == 200, answer.text
    (bucket,) = [row for row in answer.json()["data"] if row["bucket"] == "current"]
    finished = int(bucket["successes"]) + int(bucket["failures"])
    days = (window.until - window.since).total_seconds() / 86400
    (panel,) = [each for each in DORA["panels"] if each["title"] == "The five metrics"]
    (shown,) = ask(world, panel["targets"][0], chosen_for(world, DORA, panel))
    assert {name: pytest.approx(value) for name, value in shown.items()} == {
        "Deployments a day": int(bucket["successes"]) / days,
        "Change lead time": bucket["lead_median"],
        "Change fail rate": int(bucket["failed"]) / finished,
        "Recovery time": bucket["recovery_median"],
        "Rework rate": int(bucket["rework"]) / finished,
    }


def test_the_bands_of_the_flow_end_with_where_changes_stand(world: World) -> None:
    flow = DASHBOARDS["flow"]
    (panel,) = [each for each in flow["panels"] if each["title"] == "Cumulative flow"]
    rows = ask(world, panel["targets"][0], chosen_for(world, flow, panel))
    (states,) = sql(
        world,
        "SELECT countIf(state = 'open') AS open, countIf(state = 'merged') AS merged "
        "FROM changes FINAL",
    )
    last = {name: int(value) for name, value in rows[-1].items() if name != "time"}
    assert last["open"] == int(states["open"])
    assert last["merged"] + last["deployed"] == int(states["merged"])
    assert last["deployed"] > 0
    deployed = [int(row["deployed"]) for row in rows]
    assert deployed == sorted(deployed)


NOW = this_moment(timedelta(hours=1), timedelta(minutes=1))


@pytest.mark.parametrize("text", ['up{job=~"$nothing"}', "rate(a[$__nothing])"])
def test_a_query_with_a_broken_variable_is_found(text: str) -> None:
    with pytest.raises(BrokenVariableError):
        Chosen(NOW).metrics(text)


def test_a_chosen_value_is_written_as_grafana_writes_it() -> None:
    choices = {
        "job": Choice("job", "a.b", ".+", multiple=True),
        "service": Choice("service", "it's"),
        "everything": Choice("everything", "$__all", "'*'"),
    }
    filled = Chosen(NOW, choices)
    assert filled.metrics('up{job=~"$job"}') == 'up{job=~"a\\\\.b"}'
    assert filled.sql("${service:sqlstring} ${everything:sqlstring}") == "'it''s' '*'"
