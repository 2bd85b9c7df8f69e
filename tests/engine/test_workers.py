"""Blocking calls off the loop."""

import asyncio
import threading
import time
from functools import partial

import pytest

from app.engine.lanes import CallFailed
from app.engine.workers import DB, Workers
from tests.engine.bench import until


async def test_a_call_answers_and_raises_as_it_would_here() -> None:
    workers = Workers()
    assert await workers.run("sum", lambda: 1 + 1, 1) == 2
    with pytest.raises(ZeroDivisionError):
        await workers.run("nonsense", lambda: 1 // 0, 1)
    workers.close()


async def test_a_lane_serves_one_call_after_the_other_in_one_thread() -> None:
    workers, order, threads = Workers(), [], set()

    def call(n: int) -> None:
        threads.add(threading.current_thread().name)
        time.sleep(0.01 * (3 - n))
        order.append(n)

    await asyncio.gather(*(workers.run(str(n), partial(call, n), 1, "scraper") for n in range(3)))
    assert order == [0, 1, 2]
    assert threads == {"scraper-1"}
    workers.close()


async def test_a_hung_call_is_given_up_and_its_lane_goes_on() -> None:
    workers, release = Workers(), threading.Event()
    with pytest.raises(TimeoutError):
        await workers.run("hangs", lambda: release.wait(20), 0.05, "scraper")
    assert await workers.run("next", lambda: "served", 1, "scraper") == "served"
    assert workers.given_up == 1
    release.set()
    workers.close()


async def test_hung_calls_do_not_eat_the_pool() -> None:
    workers, release = Workers(2), threading.Event()
    for _ in range(4):
        with pytest.raises(TimeoutError):
            await workers.run("hangs", lambda: release.wait(20), 0.02)
    assert await workers.run("next", lambda: "served", 1) == "served"
    release.set()
    workers.close()


async def test_a_call_given_up_while_it_waits_in_line_is_never_made() -> None:
    workers, release, made = Workers(), threading.Event(), []
    first = asyncio.get_running_loop().create_task(workers.run("slow", lambda: release.wait(20), 5, "lane"))
    await asyncio.sleep(0.02)
    with pytest.raises(TimeoutError):
        await workers.run("late", lambda: made.append(1), 0.02, "lane")
    release.set()
    await first
    await workers.run("after", lambda: None, 1, "lane")
    assert not made
    workers.close()


async def test_the_database_keeps_its_thread_and_its_calls() -> None:
    workers, release, threads = Workers(), threading.Event(), []
    with pytest.raises(TimeoutError):
        await workers.run("slow", lambda: release.wait(20), 0.02, DB)
    workers.post("kept", lambda: threads.append(threading.current_thread().name), DB)
    release.set()
    await until(lambda: threads)
    assert threads == ["db-1"]
    workers.close()


async def test_a_native_panic_becomes_an_ordinary_error() -> None:
    class Panic(BaseException):
        pass

    def panics() -> None:
        raise Panic("rust")

    workers = Workers()
    with pytest.raises(CallFailed, match="rust"):
        await workers.run("native", panics, 1)
    workers.close()


@pytest.mark.expected_log("counting failed")
async def test_what_nobody_waits_for_is_logged_when_it_fails() -> None:
    workers, done = Workers(), threading.Event()
    workers.post("counting", lambda: 1 // 0)
    workers.post("after", done.set)
    await until(done.is_set)
    await asyncio.sleep(0.02)
    workers.close()
