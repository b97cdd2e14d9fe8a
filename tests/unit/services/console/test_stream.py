"""One watcher for every listener."""

from __future__ import annotations

import asyncio

from stratum.console.stream import QUEUE, Message, Stream
from stratum.console.telemetry import Telemetry


async def nothing() -> list[Message]:
    return []


def test_every_listener_gets_every_message_of_one_look() -> None:
    looks = 0

    async def look() -> list[Message]:
        nonlocal looks
        looks += 1
        return [("platform", "{}")] if looks == 1 else []

    async def main() -> list[str]:
        stream = Stream(look, Telemetry(), every=60)
        first, second = stream.events(), stream.events()
        hellos = [await anext(first), await anext(second)]
        watching = asyncio.create_task(stream.watch())
        told = [await anext(first), await anext(second)]
        stream.close()
        await watching
        return hellos + told

    hello = "retry: 2000\nevent: ping\ndata: {}\n\n"
    assert asyncio.run(main()) == [hello, hello] + ["event: platform\ndata: {}\n\n"] * 2
    assert looks == 1


def test_nobody_listening_means_nobody_looks() -> None:
    async def main() -> bool:
        stream = Stream(nothing, Telemetry())
        events = stream.events()
        await anext(events)
        await events.aclose()
        watching = asyncio.create_task(stream.watch())
        await asyncio.sleep(0)
        waiting = not stream._somebody.is_set()
        stream.close()
        await watching
        return waiting

    assert asyncio.run(main())


def test_silence_is_broken_by_pings() -> None:
    async def main() -> str:
        events = Stream(nothing, Telemetry()).events(ping=0.01)
        await anext(events)
        return await anext(events)

    assert asyncio.run(main()) == "event: ping\ndata: {}\n\n"


def test_listener_that_does_not_read_is_dropped() -> None:
    async def main() -> int:
        async def look() -> list[Message]:
            return [("platform", "{}")] * (QUEUE + 1)

        stream = Stream(look, Telemetry(), every=60)
        events = stream.events()
        await anext(events)
        watching = asyncio.create_task(stream.watch())
        await asyncio.sleep(0)
        stream.close()
        await watching
        return len([text async for text in events])

    # What was queued is not told either: the client connects again and fetches everything.
    assert asyncio.run(main()) < QUEUE
