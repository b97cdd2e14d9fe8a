"""Scrape jobs: from a role's input to Prometheus' `scrape_configs`, with their secrets apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..structured.kinds import entries, items, text
from ..structured.reading import Key, Problems, read_list, read_sound_map
from .address import Address, address, port_rules
from .terms import NAME, duration, labels

KEYS: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "urls": Key(items, required=True),
    "path": Key(text),
    "interval": Key(text),
    "timeout": Key(text),
    "labels": Key(entries),
    "user": Key(text),
    "password": Key(text),
    "ca_certificate": Key(text),
}


@dataclass(frozen=True)
class Folders:
    """Where the program finds its configuration files and its secrets."""

    config: str
    secrets: str


@dataclass(frozen=True)
class Job:
    """What is scraped under one name, from addresses of one scheme."""

    name: str
    addresses: tuple[Address, ...]
    path: str = "/metrics"
    interval: str = ""
    timeout: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = ""
    ca_certificate: str = ""

    @property
    def certificate_name(self) -> str:
        return f"ca.{self.name}.pem"

    @property
    def password_name(self) -> str:
        return f"scrape.{self.name}.password"


def scraping(
    variable: str, jobs: object, folders: Folders, taken: Collection[str] = ()
) -> dict[str, Any]:
    """`configs`, and the `files`, `secrets` and `egress` that they need; or the `problems`.

    Args:
        variable: name of the input, for messages.
        jobs: its value.
        folders: where files and secrets will lie.
        taken: names of jobs that the role has of its own.
    """
    problems = Problems()
    read = list(_jobs(variable, jobs, taken, problems))
    certified = [job for job in read if job.ca_certificate]
    return {
        "problems": list(problems),
        "configs": [_config(job, folders) for job in read],
        "files": [
            {"name": job.certificate_name, "content": job.ca_certificate.rstrip() + "\n"}
            for job in certified
        ],
        "secrets": {job.password_name: job.password for job in read if job.user},
        "egress": port_rules(each.port for job in read for each in job.addresses),
    }


def _jobs(
    variable: str, value: object, taken: Collection[str], problems: Problems
) -> Iterator[Job]:
    names = set(taken)
    for where, item in read_list(variable, value, problems):
        job = _job(where, item, problems)
        if job is None:
            continue
        if job.name in names:
            problems.append(f"{where}.name is {job.name}, which is taken; give another one")
        names.add(job.name)
        yield job


def _job(where: str, item: object, problems: Problems) -> Job | None:
    given = read_sound_map(where, item, KEYS, problems)
    if given is None:
        return None
    urls = list(read_list(f"{where}.urls", given.pop("urls"), problems))
    if not urls:
        problems.append(f"{where}.urls is empty; give at least one address")
    found = [address(place, url, problems) for place, url in urls]
    addresses = tuple(each for each in found if each is not None)
    _check(where, given, addresses, problems)
    if len(addresses) < len(found):
        return None
    return Job(addresses=addresses, **given)


def _check(
    where: str, given: Mapping[str, Any], addresses: tuple[Address, ...], problems: Problems
) -> None:
    if not NAME.fullmatch(given["name"]):
        problems.append(f"{where}.name must be of letters, digits, - and _")
    if len({each.scheme for each in addresses}) > 1:
        problems.append(f"{where}.urls has http and https; make two jobs of it")
    if any(each.path for each in addresses):
        problems.append(f"{where}.urls has a path; give it as path of the job")
    if not given.get("path", "/").startswith("/"):
        problems.append(f"{where}.path must begin with /")
    for key in ("interval", "timeout"):
        if key in given:
            duration(f"{where}.{key}", given[key], problems)
    if ("user" in given) != ("password" in given):
        problems.append(f"{where} has a user or a password alone; give both or none")
    labels(f"{where}.labels", given.get("labels", {}), problems)


def _config(job: Job, folders: Folders) -> dict[str, Any]:
    static = {"targets": [each.target for each in job.addresses]}
    config: dict[str, Any] = {
        "job_name": job.name,
        "scheme": job.addresses[0].scheme if job.addresses else "http",
        "metrics_path": job.path,
        "scrape_interval": job.interval,
        "scrape_timeout": job.timeout,
        "static_configs": [{**static, "labels": dict(job.labels)} if job.labels else static],
    }
    if job.user:
        password = f"{folders.secrets}/{job.password_name}"
        config["basic_auth"] = {"username": job.user, "password_file": password}
    if job.ca_certificate:
        config["tls_config"] = {"ca_file": f"{folders.config}/{job.certificate_name}"}
    return {key: value for key, value in config.items() if value}
