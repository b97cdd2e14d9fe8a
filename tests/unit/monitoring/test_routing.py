"""Alertmanager's configuration: what becomes of its inputs, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.monitoring.receivers import (
    CHAT_TEXT,
    CHAT_TITLE,
    Mail,
)
from ansible_collections.stratum.platform.plugins.module_utils.monitoring.routing import routing

MAIL = Mail(host="mail.example.org:587", sender="alerts@example.org")
HOOK = {"name": "hook", "webhook": [{"url": "http://127.0.0.1:8000/hook?room=1"}]}
INPUTS: dict[str, Any] = {
    "receiver": "",
    "receivers": [],
    "routes": [],
    "inhibitions": [],
    "group_by": ["alertname"],
    "group_wait": "30s",
    "group_interval": "5m",
    "repeat_interval": "4h",
}


def made(mail: Mail = MAIL, **inputs: Any) -> dict[str, Any]:
    return routing({**INPUTS, **inputs}, mail, "/etc/relay", "/run/relay")


def test_without_receivers_nobody_is_told() -> None:
    assert made(mail=Mail()) == {
        "problems": [],
        "config": {
            "global": {},
            "route": {
                "receiver": "nobody",
                "group_by": ["alertname"],
                "group_wait": "30s",
                "group_interval": "5m",
                "repeat_interval": "4h",
                "routes": [],
            },
            "inhibit_rules": [],
            "receivers": [{"name": "nobody"}],
        },
        "files": [],
        "secrets": {},
        "egress": [],
    }


def test_mail_goes_through_one_server_whose_password_is_kept_apart() -> None:
    mail = Mail(MAIL.host, MAIL.sender, "u", "p4ss", tls=False, ca_certificate="PEM")
    found = made(mail, receivers=[{"name": "ops", "email": [{"to": "a@b", "resolved": False}]}])
    assert found["problems"] == []
    assert found["config"]["global"] == {
        "smtp_smarthost": "mail.example.org:587",
        "smtp_from": "alerts@example.org",
        "smtp_require_tls": False,
        "smtp_auth_username": "u",
        "smtp_auth_password_file": "/run/relay/smtp.password",
    }
    assert found["config"]["receivers"][1] == {
        "name": "ops",
        "email_configs": [
            {
                "to": "a@b",
                "send_resolved": False,
                "tls_config": {"ca_file": "/etc/relay/ca.smtp.pem"},
            }
        ],
    }
    assert found["files"] == [{"name": "ca.smtp.pem", "content": "PEM\n"}]
    assert found["secrets"] == {"smtp.password": "p4ss"}


def test_secrets_of_webhooks_and_chats_are_kept_apart() -> None:
    webhooks = [
        {"url": "https://h/1", "user": "u", "password": "p4ss"},
        {"url": "https://h/2", "token": "t0ken", "ca_certificate": "PEM"},
    ]
    chats = [{"url": "https://chat/hook", "channel": "#ops"}]
    found = made(receivers=[{"name": "ops", "webhook": webhooks, "chat": chats}])
    assert found["problems"] == []
    assert found["config"]["receivers"][1] == {
        "name": "ops",
        "webhook_configs": [
            {
                "url": "https://h/1",
                "send_resolved": True,
                "http_config": {
                    "basic_auth": {
                        "username": "u",
                        "password_file": "/run/relay/ops.webhook0.password",
                    }
                },
            },
            {
                "url": "https://h/2",
                "send_resolved": True,
                "http_config": {
                    "tls_config": {"ca_file": "/etc/relay/ca.ops.webhook1.pem"},
                    "authorization": {"credentials_file": "/run/relay/ops.webhook1.token"},
                },
            },
        ],
        "slack_configs": [
            {
                "api_url_file": "/run/relay/ops.chat0.url",
                "send_resolved": True,
                "title": CHAT_TITLE,
                "text": CHAT_TEXT,
                "channel": "#ops",
            }
        ],
    }
    assert found["secrets"] == {
        "ops.webhook0.password": "p4ss",
        "ops.webhook1.token": "t0ken",
        "ops.chat0.url": "https://chat/hook",
    }


def test_what_it_calls_is_let_out() -> None:
    webhooks = [{"url": "http://h:8000/1"}, {"url": "https://h/2"}, {"url": "http://[::1]:8000"}]
    found = made(receivers=[{"name": "ops", "webhook": webhooks, "chat": [{"url": "http://c"}]}])
    assert found["problems"] == []
    assert found["egress"] == [{"ports": [{"port": port}]} for port in (80, 443, 587, 8000)]


def test_routes_lie_in_routes() -> None:
    routes = [
        {
            "matchers": ['severity="critical"'],
            "receiver": "hook",
            "continue": True,
            "group_wait": "1s",
            "routes": [{"matchers": ["team=~a|b"], "group_by": ["..."]}],
        }
    ]
    found = made(receivers=[HOOK], receiver="hook", routes=routes)
    assert found["problems"] == []
    assert found["config"]["route"]["receiver"] == "hook"
    assert found["config"]["route"]["routes"] == routes


def test_inhibitions() -> None:
    found = made(inhibitions=[{"source": ["a=1"], "target": ["b!=2"], "equal": ["instance"]}])
    assert found["problems"] == []
    assert found["config"]["inhibit_rules"] == [
        {"source_matchers": ["a=1"], "target_matchers": ["b!=2"], "equal": ["instance"]}
    ]


def test_addresses_of_hooks_may_have_a_query() -> None:
    assert made(receivers=[HOOK])["problems"] == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"receiver": "ops"},
            "alerting_receiver is ops, which is no receiver; there are nobody",
        ),
        (
            {"receivers": [{"name": "ops"}]},
            "alerting_receivers[0] sends nothing; give email, webhook or chat",
        ),
        (
            {"receivers": [HOOK, HOOK]},
            "alerting_receivers[1].name is hook, which is taken; give another one",
        ),
        (
            {"receivers": [{**HOOK, "name": "nobody"}]},
            "alerting_receivers[0].name is nobody, which is taken; give another one",
        ),
        (
            {"receivers": [{**HOOK, "webhok": []}]},
            "alerting_receivers[0] has no key webhok; write `webhook`; the keys are: name, email, "
            "webhook, chat",
        ),
        (
            {"receivers": [{"name": "ops", "webhook": [{"url": "hook"}]}]},
            "alerting_receivers[0].webhook[0].url is no plain address; give one such as "
            "http://127.0.0.1:9100",
        ),
        (
            {"receivers": [{"name": "ops", "webhook": [{"url": "http://a", "user": "u"}]}]},
            "alerting_receivers[0].webhook[0] has a user or a password alone; give both or none",
        ),
        (
            {"receivers": [{"name": "ops", "chat": [{"channel": "#ops"}]}]},
            "alerting_receivers[0].chat[0] has no url; give one",
        ),
        (
            {"routes": [{"receiver": "nobody"}]},
            "alerting_routes[0] has no matchers; give one",
        ),
        (
            {"routes": [{"matchers": []}]},
            "alerting_routes[0].matchers is empty and would match every alert; give at least one",
        ),
        (
            {"routes": [{"matchers": ["severity"]}]},
            "alerting_routes[0].matchers[0] is severity; give a matcher such as "
            'severity="critical"',
        ),
        (
            {"routes": [{"matchers": ["a=1"], "routes": [{"matchers": ["b=2"], "receiver": "x"}]}]},
            "alerting_routes[0].routes[0].receiver is x, which is no receiver; there are nobody",
        ),
        (
            {"inhibitions": [{"source": ["a=1"]}]},
            "alerting_inhibitions[0] has no target; give one",
        ),
        (
            {"group_wait": "soon"},
            "alerting_group_wait is soon, which is no length of time; give one such as 30s or 5m",
        ),
        ({"group_by": ["a-b"]}, "alerting_group_by[0] is a-b, which is no name of a label"),
        (
            {"mail": Mail(host="mail.example.org", sender="a@b")},
            "alerting_smtp_host is no name with a port; give one such as mail.example.org:587",
        ),
        (
            {"mail": Mail(host="mail.example.org:25")},
            "alerting_smtp_from is empty; give the address that mail is from",
        ),
        (
            {"mail": Mail(MAIL.host, MAIL.sender, user="u")},
            "alerting_smtp_user and alerting_smtp_password: give both or none",
        ),
        (
            {"mail": Mail(), "receivers": [{"name": "ops", "email": [{"to": "a@b"}]}]},
            "alerting_receivers[0].email[0] needs a mail server; give alerting_smtp_host",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_said(wrong: dict[str, Any], message: str) -> None:
    assert made(**wrong)["problems"] == [message]
