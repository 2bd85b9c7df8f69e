import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import tape_walk
from app.cli.book_lines import book_lines
from app.domain import tape, tape_reference
from app.domain.errors import ConfigError
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0

END = 128


def order(
    action: str, side: str, number: int, points: float, size: int, flags: int = END, **more: Any
) -> bytes:
    price = round(points * 10**9)
    return made.mbo(action=action, side=side, order=number, price=price, size=size, flags=flags, **more)


def lines(folder: Path, data: bytes, instrument: int | None = None) -> list[Any]:
    path = folder / "a.dbn"
    path.write_bytes(data)
    return [json.loads(json.dumps(line, allow_nan=False)) for line in book_lines(path, instrument)]


ONE = [
    order("A", "B", 1, 5000.25, 3, flags=0),
    order("A", "B", 2, 5000.25, 4, sequence=5, ts=T0 + 1, recv=T0 + 2),
    order("A", "A", 3, 5000.5, 1, ts=T0 + 3),
    order("C", "B", 99, 1.0, 1),
]


def test_each_change_of_the_top_is_a_line_and_the_last_line_sums_up(tmp_path: Path) -> None:
    first, second, summary = lines(tmp_path, made.stream(ONE))

    assert first == {
        "ts_recv_ns": T0 + 2,
        "ts_event_ns": T0 + 1,
        "sequence": 5,
        "bid": 5000.25,
        "bid_size": 7,
        "bid_count": 2,
        "ask": None,
        "ask_size": None,
        "ask_count": None,
        "instrument_id": 1,
    }
    assert (second["ask"], second["ask_size"], second["ask_count"]) == (5000.5, 1, 1)
    assert summary == {
        "summary": True,
        "instrument_id": 1,
        "records": 4,
        "orders": 3,
        "bid_levels": 1,
        "ask_levels": 1,
        "unknown_orders": 1,
        "ignored_orders": 0,
        "crossed_events": 0,
        "locked_events": 0,
        "synced": False,
        "truncated": False,
    }


def test_several_instruments_must_be_chosen_from(tmp_path: Path) -> None:
    data = made.stream([*ONE, order("A", "B", 1, 7.0, 1, instrument=2)], names={1: "NQM5"})
    with pytest.raises(ConfigError, match=r"choose one with --instrument: 1 NQM5, 2\.$"):
        lines(tmp_path, data)
    assert [line.get("bid") for line in lines(tmp_path, data, 2)] == [7.0, None]
    with pytest.raises(ConfigError, match=r"^a.dbn has no orders of instrument 3\.$"):
        lines(tmp_path, data, 3)


@pytest.mark.parametrize("also", [made.mapping(1, "NQM5", "NQ.FUT"), made.unknown(77, 20)])
def test_other_records_between_the_orders_do_not_matter(tmp_path: Path, also: bytes) -> None:
    plain = lines(tmp_path, made.stream(ONE))
    mixed = lines(
        tmp_path, made.stream([record for pair in zip(ONE, [also] * 4, strict=True) for record in pair])
    )

    assert mixed == plain


def test_a_tape_without_orders_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no order-by-order \(mbo\) records"):
        lines(tmp_path, made.stream([made.trade()]))


def test_a_cut_tape_says_so_in_its_summary(tmp_path: Path) -> None:
    data = made.stream(ONE)
    *tops, summary = lines(tmp_path, data[:-57])

    assert (len(tops), summary["records"], summary["truncated"]) == (1, 2, True)
    (summary,) = lines(tmp_path, made.header()[:-1])
    assert (summary["records"], summary["truncated"]) == (0, True)


def test_damage_is_found_before_a_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.dbn"
    path.write_bytes(made.stream([*ONE, bytes(56)]))
    with pytest.raises(ConfigError, match=r"^a.dbn is damaged: the record at byte 224"):
        next(book_lines(path))


def test_a_long_tape_is_told_the_same_by_the_compiled_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made.stream(
        order("ACM"[n % 3], "AB"[n % 2], n % 17, 5000 + n % 7, n % 5 + 1, sequence=n) for n in range(500)
    )
    monkeypatch.setattr(tape, "_walk", tape_reference.walk)
    plain = lines(tmp_path, data)
    monkeypatch.setattr(tape_walk, "_WORTH_COMPILING", 0)

    assert lines(tmp_path, data) == plain
    assert tape.is_warm()
