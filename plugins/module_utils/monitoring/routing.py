"""Alertmanager's configuration: routes and inhibitions of a role's inputs, over its receivers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..structured.kinds import flag, items, text
from ..structured.reading import Key, Problems, read_list, read_sound_map
from .receivers import NOBODY, Mail, Receivers
from .terms import LABEL, duration

TIMES = ("group_wait", "group_interval", "repeat_interval")
ROUTE: Mapping[str, Key] = {
    "receiver": Key(text),
    "matchers": Key(items, required=True),
    "continue": Key(flag),
    "group_by": Key(items),
    **dict.fromkeys(TIMES, Key(text)),
    "routes": Key(items),
}
INHIBITION: Mapping[str, Key] = {
    "source": Key(items, required=True),
    "target": Key(items, required=True),
    "equal": Key(items),
}
MATCHER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*\s*(=~|!~|!=|=)\s*("[^"]*"|[^"\s]*)')


def routing(
    inputs: Mapping[str, Any], mail: Mail, config_folder: str, secrets_folder: str
) -> dict[str, Any]:
    """`config`, and the `files`, `secrets` and `egress` that it needs; or the `problems`.

    Args:
        inputs: the role's variables without the role's name: receiver, receivers, routes,
            inhibitions, group_by and the times of the uppermost route.
        mail: the mail server.
        config_folder: where files will lie.
        secrets_folder: where the program will find the secrets.
    """
    receivers = Receivers(config_folder, secrets_folder, mail)
    receivers.check_mail()
    receivers.read("alerting_receivers", inputs["receivers"])
    problems = receivers.problems
    names = [NOBODY, *(config["name"] for config in receivers.configs)]
    first = inputs["receiver"] or NOBODY
    if first not in names:
        problems.append(_no_receiver("alerting_receiver", first, names))
    for key in TIMES:
        duration(f"alerting_{key}", str(inputs[key]), problems)
    route = {
        "receiver": first,
        "group_by": _labels("alerting_group_by", inputs["group_by"], problems),
        **{key: str(inputs[key]) for key in TIMES},
        "routes": _routes("alerting_routes", inputs["routes"], names, problems),
    }
    inhibitions = _inhibitions("alerting_inhibitions", inputs["inhibitions"], problems)
    config = {
        "global": receivers.global_settings(),
        "route": route,
        "inhibit_rules": inhibitions,
        "receivers": [{"name": NOBODY}, *receivers.configs],
    }
    files = [{"name": name, "content": text} for name, text in receivers.files.items()]
    return {
        "problems": list(problems),
        "config": config,
        "files": files,
        "secrets": receivers.secrets,
        "egress": receivers.egress(),
    }


def _routes(
    where: str, value: object, names: Collection[str], problems: Problems
) -> list[dict[str, Any]]:
    return [
        route
        for place, item in read_list(where, value, problems)
        if (route := _route(place, item, names, problems)) is not None
    ]


def _route(
    where: str, item: object, names: Collection[str], problems: Problems
) -> dict[str, Any] | None:
    given = read_sound_map(where, item, ROUTE, problems)
    if given is None:
        return None
    if given.get("receiver", NOBODY) not in names:
        problems.append(_no_receiver(f"{where}.receiver", given["receiver"], names))
    for key in TIMES:
        if key in given:
            duration(f"{where}.{key}", given[key], problems)
    route = {**given, "matchers": _matchers(f"{where}.matchers", given["matchers"], problems)}
    if "group_by" in given:
        route["group_by"] = _labels(f"{where}.group_by", given["group_by"], problems)
    if "routes" in given:
        route["routes"] = _routes(f"{where}.routes", given["routes"], names, problems)
    return route


def _inhibitions(where: str, value: object, problems: Problems) -> list[dict[str, Any]]:
    rules = []
    for place, item in read_list(where, value, problems):
        given = read_sound_map(place, item, INHIBITION, problems)
        if given is not None:
            rule: dict[str, Any] = {
                f"{side}_matchers": _matchers(f"{place}.{side}", given[side], problems)
                for side in ("source", "target")
            }
            equal = _labels(f"{place}.equal", given.get("equal", []), problems)
            rules.append(rule | ({"equal": equal} if equal else {}))
    return rules


def _matchers(where: str, value: object, problems: Problems) -> list[str]:
    found = [(place, str(item).strip()) for place, item in read_list(where, value, problems)]
    if not found:
        problems.append(f"{where} is empty and would match every alert; give at least one")
    for place, matcher in found:
        if not MATCHER.fullmatch(matcher):
            problems.append(f'{place} is {matcher}; give a matcher such as severity="critical"')
    return [matcher for _place, matcher in found]


def _labels(where: str, value: object, problems: Problems) -> list[str]:
    found = [(place, str(item)) for place, item in read_list(where, value, problems)]
    for place, name in found:
        if name != "..." and not LABEL.fullmatch(name):
            problems.append(f"{place} is {name}, which is no name of a label")
    return [name for _place, name in found]


def _no_receiver(where: str, name: str, names: Collection[str]) -> str:
    return f"{where} is {name}, which is no receiver; there are {', '.join(names)}"
