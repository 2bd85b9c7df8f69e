"""Live data by size: whatever is noted is charged once, by whichever process, whatever crashes."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.cost import Charge
from app.domain.units import DAY, DOLLAR, MicroUsd, Ns, moment
from app.engine.live_meter import LiveMeter
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.engine.spenders import NOW, VENDOR, opened
from tests.engine.till_model import FailingStore, PowerCutError

PRICE = MicroUsd(2**10 * DOLLAR)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("received"), st.integers(1, 2**22)),
        st.tuples(st.sampled_from(("charge", "crash", "restart", "next day")), st.just(0)),
    ),
    max_size=20,
)


def _lines(store: SqliteStore) -> list[Charge]:
    months = {f"{moment(Ns(NOW + n * DAY)):%Y-%m}" for n in range(25)}
    return [line for month in sorted(months) for line in store.charges(month)]


@settings(max_examples=25, deadline=None)
@given(steps)
def test_no_sequence_charges_a_byte_twice_or_forgets_one(taken: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths, noted, now = Paths(Path(folder)), 0, NOW
        store, other = FailingStore(paths, SecretRedactor()), opened(Path(folder))
        for number, (step, size) in enumerate(taken):
            meter = LiveMeter(store if number % 2 else other)
            if step == "received":
                meter.received(VENDOR, size, now)
                noted += size
            elif step == "charge":
                meter.charge(VENDOR, PRICE, now)
            elif step == "next day":
                now = Ns(now + DAY)
            elif step == "crash" and meter.uncharged(VENDOR, now).size:
                store.cut = True
                with pytest.raises(PowerCutError):
                    LiveMeter(store).charge(VENDOR, PRICE, now)
                store.close()
                store = FailingStore(paths, SecretRedactor())
            elif step == "restart":
                store.close()
                store = FailingStore(paths, SecretRedactor())
            charged = sum(line.bytes or 0 for line in _lines(store))
            assert charged + LiveMeter(other).uncharged(VENDOR, now).size == noted
        LiveMeter(other).charge(VENDOR, PRICE, now)
        lines = _lines(other)
        assert sum(line.bytes or 0 for line in lines) == noted
        assert sum(line.actual or 0 for line in lines) == pytest.approx(
            PRICE * noted / 2**30, abs=len(lines) or 1
        )
        store.close()
        other.close()


def test_a_line_is_of_the_time_when_the_data_came(tmp_path: Path) -> None:
    store = opened(tmp_path)
    meter = LiveMeter(store)
    meter.received(VENDOR, 5, NOW)
    line = meter.charge(VENDOR, PRICE, Ns(NOW + 40 * DAY))
    assert line is not None
    assert (line.at, line.bytes) == (NOW, 5)
    assert meter.charge(VENDOR, PRICE, NOW) is None
    store.close()
