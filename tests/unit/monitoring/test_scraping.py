"""Scrape jobs: what becomes of them, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.monitoring.scraping import (
    KEYS,
    Folders,
    scraping,
)

FOLDERS = Folders("/etc/relay", "/run/relay")


def problems(*jobs: Any) -> list[str]:
    found: list[str] = scraping("jobs", list(jobs), FOLDERS, ("own",))["problems"]
    return found


def job(**more: Any) -> dict[str, Any]:
    return {"name": "node", "urls": ["http://a:9100"], **more}


def test_a_job_of_the_least_words() -> None:
    assert scraping("jobs", [job()], FOLDERS) == {
        "problems": [],
        "configs": [
            {
                "job_name": "node",
                "scheme": "http",
                "metrics_path": "/metrics",
                "static_configs": [{"targets": ["a:9100"]}],
            }
        ],
        "files": [],
        "secrets": {},
        "egress": [{"ports": [{"port": 9100}]}],
    }


def test_a_job_of_all_words_keeps_its_password_apart() -> None:
    found = scraping(
        "jobs",
        [
            {
                "name": "node",
                "urls": ["https://a:9100/", "https://[::1]:9100"],
                "path": "/probe",
                "interval": "1m",
                "timeout": "10s",
                "labels": {"rack": "7"},
                "user": "scraper",
                "password": "p4ss",
                "ca_certificate": "PEM\n\n",
            }
        ],
        FOLDERS,
    )
    assert found == {
        "problems": [],
        "configs": [
            {
                "job_name": "node",
                "scheme": "https",
                "metrics_path": "/probe",
                "scrape_interval": "1m",
                "scrape_timeout": "10s",
                "static_configs": [
                    {"targets": ["a:9100", "[::1]:9100"], "labels": {"rack": "7"}},
                ],
                "basic_auth": {
                    "username": "scraper",
                    "password_file": "/run/relay/scrape.node.password",
                },
                "tls_config": {"ca_file": "/etc/relay/ca.node.pem"},
            }
        ],
        "files": [{"name": "ca.node.pem", "content": "PEM\n"}],
        "secrets": {"scrape.node.password": "p4ss"},
        "egress": [{"ports": [{"port": 9100}]}],
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("node", f"jobs[0] must be a map with {', '.join(KEYS)}"),
        ({"urls": ["http://a"]}, "jobs[0] has no name; give one"),
        ({"name": "node", "urls": []}, "jobs[0].urls is empty; give at least one address"),
        (
            job(pasword="x"),
            f"jobs[0] has no key pasword; write `password`; the keys are: {', '.join(KEYS)}",
        ),
        (job(zzz=1), f"jobs[0] has no key zzz; the keys are: {', '.join(KEYS)}"),
        (job(urls="http://a"), "jobs[0].urls must be a list"),
        (
            job(urls=["a:9100"]),
            "jobs[0].urls[0] is no plain address; give one such as http://127.0.0.1:9100",
        ),
        (
            job(urls=["http://u:p@a:9100"]),
            "jobs[0].urls[0] is no plain address; give one such as http://127.0.0.1:9100",
        ),
        (
            job(urls=["http://a:99999"]),
            "jobs[0].urls[0] is no plain address; give one such as http://127.0.0.1:9100",
        ),
        (
            job(urls=["http://a", "https://b"]),
            "jobs[0].urls has http and https; make two jobs of it",
        ),
        (
            job(urls=["http://a/metrics"]),
            "jobs[0].urls has a path; give it as path of the job",
        ),
        (job(path="metrics"), "jobs[0].path must begin with /"),
        (
            job(interval="often"),
            "jobs[0].interval is often, which is no length of time; give one such as 30s or 5m",
        ),
        (job(user="u"), "jobs[0] has a user or a password alone; give both or none"),
        (job(password=1234), "jobs[0].password must be a text"),
        (job(name="a b"), "jobs[0].name must be of letters, digits, - and _"),
        (job(name="own"), "jobs[0].name is own, which is taken; give another one"),
        (
            job(labels={"0a": "x"}),
            "jobs[0].labels has the label 0a; give a name of letters, digits and _ that does "
            "not begin with a digit or __",
        ),
        (job(labels={"rack": 7}), "jobs[0].labels.rack must be a text; put it in quotes"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_said(wrong: Any, message: str) -> None:
    assert problems(wrong) == [message]


def test_all_problems_are_said_at_once() -> None:
    assert problems(job(), job(), {"name": "x"}) == [
        "jobs[1].name is node, which is taken; give another one",
        "jobs[2] has no urls; give one",
    ]


words = st.text("abc/:@?#[] .-_09\n", max_size=12)


@given(st.lists(st.dictionaries(st.sampled_from([*KEYS, "other"]), words | st.lists(words))))
def test_any_input_is_either_refused_or_a_configuration(jobs: list[dict[str, Any]]) -> None:
    found = scraping("jobs", jobs, FOLDERS)
    assert found["problems"] or len(found["configs"]) == len(jobs)
    assert yaml.safe_load(yaml.safe_dump(found["configs"])) == found["configs"]
