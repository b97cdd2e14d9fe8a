"""Sending over real HTTP: outcomes are counted, a full collector is asked again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from stratum.sample.delivery import Delivery
from stratum.sample.errors import SampleError
from stratum.sample.sending import TRIES, Sender
from stratum.sample.signing import Secrets

SECRETS = Secrets("a", "g", "l")
BODIES = [b'{"n":%d}' % number for number in range(12)]


def deliveries():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return [Delivery("github", "push", f"d-{n}", "hmac", body, at) for n, body in enumerate(BODIES)]


def send(server, sleeps):
    async def sleep(seconds):
        sleeps.append(seconds)

    async def run():
        async with httpx.AsyncClient(base_url=server.url) as client:
            return await Sender(client, SECRETS, sleep=sleep).send(deliveries())

    return asyncio.run(run())


def test_every_delivery_arrives_once_with_its_body(server):
    outcomes = send(server, [])
    assert sorted(request.body for request in server.requests) == sorted(BODIES)
    assert {request.path for request in server.requests} == {"/hooks/github"}
    assert outcomes == {"accepted": 12}


def test_outcomes_are_those_of_the_collector(server):
    def answer(request):
        name = {b'{"n":1}': "duplicate", b'{"n":2}': "dead_letter"}.get(request.body, "accepted")
        return 202, {}, b'{"status":"%s"}' % name.encode()

    server.answer = answer
    assert send(server, []) == {"accepted": 10, "duplicate": 1, "dead_letter": 1}


def test_full_collector_is_asked_again_after_the_time_it_names(server):
    refused = set()

    def answer(request):
        if request.body in refused:
            return 202, {}, b'{"status":"accepted"}'
        refused.add(request.body)
        return 503, {"Retry-After": "7"}, b"{}"

    server.answer = answer
    sleeps = []
    assert send(server, sleeps) == {"accepted": 12}
    assert sleeps == [7.0] * 12


def test_collector_that_stays_full_is_given_up(server):
    server.answer = lambda _request: (503, {"Retry-After": "1"}, b"{}")
    with pytest.raises(SampleError) as caught:
        send(server, [])
    assert str(caught.value) == (
        f"{server.url}/hooks/github: gave up after {TRIES} tries: status 503; "
        "see that the collector runs and is ready (GET /readyz), then send again"
    )


def test_refused_secret_is_not_tried_again(server):
    server.answer = lambda _request: (401, {}, b"no")
    with pytest.raises(SampleError) as caught:
        send(server, [])
    assert str(caught.value) == (
        f"{server.url}/hooks/github: the collector refused a github push with status 401: no; "
        "the secrets must be those of this collector (--secrets-dir)"
    )
