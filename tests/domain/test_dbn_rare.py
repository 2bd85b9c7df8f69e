"""Of the seldom records, those of which nothing is made are not even decoded."""

from typing import Any

import databento_dbn as dbn
import pytest

from app.domain.tape import Tape
from app.domain.ticks import InstrumentMapped, StatisticSaid
from app.domain.units import Ns
from tests.domain import dbn_bytes as made


@pytest.mark.parametrize("version", [1, 2, 3])
def test_of_the_statistics_only_those_of_use_are_decoded(version: int) -> None:
    of: Any = dbn.StatType
    kinds = (3, 1, 6, 10, 9, 13)
    tape = Tape(version)
    tape.feed(made.mapping(7, "NQZ6", "NQ.FUT", version=version))
    tape.feed(b"".join(made.statistic(version=version, kind=of.from_int(n)) for n in kinds))
    batch = tape.take(Ns(0))
    assert isinstance(batch.rare[0], InstrumentMapped)
    assert [one.kind for one in batch.rare if isinstance(one, StatisticSaid)] == [3, 6, 9]
    assert batch.records == len(kinds) + 1
