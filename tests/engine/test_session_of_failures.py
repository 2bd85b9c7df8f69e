"""Six and a half hours of outages, brown-outs and flaps, in simulated time: what a trader would have seen.

The source that flaps is quoted five times a second, so that each of its mutes of more than seven seconds is
noticed: its channel switches more often than the others, and the flap lock has to hold it.
"""

import logging
from pathlib import Path

import pytest

from app.domain.routing import Channel
from tests.engine.session_model import SimulatedSession

_SEED = 0
_MOST_SWITCHES = 12
_MOST_FAILING_S = 300
# Two for each mute that is noticed, of one every ten minutes, less what fail-back delays and locks save.
_MOST_WHILE_FLAPPING = 60


def test_a_session_of_failures_stays_within_its_bounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("app.engine.health_watch").setLevel(logging.ERROR)
    session = SimulatedSession(_SEED, tmp_path)
    try:
        outcomes = session.run()
    finally:
        session.workers.close()
        logging.getLogger("app.engine.health_watch").setLevel(logging.NOTSET)
    with capsys.disabled():
        for channel, seen in outcomes.items():
            print(  # noqa: T201 - the measurement is the point
                f"\n{channel.value}: {seen.switches} switches, {seen.failing_s} s on a failing source, "
                f"{seen.backup_s / 60:.0f} min on backup, {seen.nobody_s} s nobody, {len(seen.locks)} locks",
                end="",
            )
    for seen in outcomes.values():
        assert seen.lies == []
        assert seen.failing_s <= _MOST_FAILING_S
    assert outcomes[Channel.NQ_TRADES].switches <= _MOST_SWITCHES
    assert outcomes[Channel.OPT_CHAIN].switches <= _MOST_SWITCHES
    flapping = outcomes[Channel.NQ_QUOTES]
    assert flapping.switches <= _MOST_WHILE_FLAPPING
    assert flapping.locks
    assert all(held == "second/nq.quotes" for _, held in flapping.locks)
