"""Tasks that die are counted, logged and started again."""

import asyncio

import pytest

from app.engine.backoff import Backoff
from app.engine.supervisor import Failed, Restart, Supervisor
from tests.engine.bench import until


def _at_once() -> Backoff:
    class AtOnce(Backoff):
        def delay(self, lived_s: float) -> float:
            return 0.0

    return AtOnce()


@pytest.mark.expected_log("reader died")
async def test_a_dying_task_is_restarted_and_counted() -> None:
    supervisor, lives = Supervisor(_at_once), []

    async def work() -> None:
        lives.append(1)
        if len(lives) < 3:
            raise ValueError("a bug")
        await asyncio.Event().wait()

    supervisor.spawn("reader", work)
    await until(lambda: len(lives) == 3)
    assert supervisor.tasks_died == 2
    assert supervisor.names() == ("reader",)
    assert await supervisor.stop() == ()
    assert supervisor.names() == ()


async def test_work_that_ends_is_over_unless_it_must_always_run() -> None:
    supervisor = Supervisor(_at_once)
    once: list[int] = []
    always: list[int] = []

    async def ends(lives: list[int]) -> None:
        lives.append(1)

    supervisor.spawn("once", lambda: ends(once))
    supervisor.spawn("always", lambda: ends(always), Restart.ALWAYS)
    await until(lambda: len(always) > 3)
    assert once == [1]
    assert supervisor.tasks_died == 0
    await supervisor.stop()


@pytest.mark.expected_log("fragile died")
async def test_a_task_that_must_not_be_restarted_stays_dead() -> None:
    supervisor, lives = Supervisor(_at_once), []

    async def work() -> None:
        lives.append(1)
        raise ValueError

    await supervisor.spawn("fragile", work, Restart.NEVER)
    assert lives == [1]


async def test_who_does_not_stop_is_named() -> None:
    supervisor, release = Supervisor(), asyncio.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    task = supervisor.spawn("stubborn", stubborn)
    await asyncio.sleep(0)
    assert await supervisor.stop() == ("stubborn",)
    release.set()
    await task


@pytest.mark.expected_log("its feed failed")
async def test_what_cannot_be_made_is_a_sentence() -> None:
    def broken() -> int:
        raise ImportError("no such library")

    made = Supervisor().attempt("its feed", broken)
    assert made == Failed("ImportError: no such library")
