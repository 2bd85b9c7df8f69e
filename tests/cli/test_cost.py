"""`pitwall cost` says what the ledger says, and nothing where there is nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli.cost import fees_in_use
from app.cli.outcome import EXIT_BAD_INPUT, EXIT_DONE
from app.domain.cost import Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.units import DOLLAR, MicroUsd, ns_from_iso
from app.main import main
from app.sources import discover
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.secrets import MemorySecrets
from app.system.store import SqliteStore

AT = "2025-06-10T15:00:00Z"
SHAPE = {
    "month", "budget_usd", "notice_usd", "fixed_usd", "metered_usd", "reserved_usd", "discretionary_usd",
    "forecast_usd", "forecast_low_usd", "forecast_high_usd", "exhaust_date", "status", "by_source",
    "recommendations",
}  # fmt: skip


def _asked(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> str:
    assert main(["cost", "--data-dir", str(folder), *more]) == EXIT_DONE
    out, err = capsys.readouterr()
    assert err == ""
    return out


def _bought(folder: Path) -> None:
    line = Charge(
        "1", ns_from_iso("2025-06-03T10:00:00Z"), SourceId("databento"), "GLBX.MDP3", "trades",
        CostKind.METERED, MicroUsd(2 * DOLLAR), None, ChargeState.RESERVED,
    )  # fmt: skip
    later = ns_from_iso("2025-06-05T10:00:00Z")
    store = SqliteStore(Paths(folder), SecretRedactor())
    store.append_charge(line)
    store.append_charge(replace(line, at=later, state=ChargeState.SETTLED, actual=MicroUsd(2_100_000)))
    store.close()


def test_an_empty_data_folder_costs_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = json.loads(_asked(capsys, tmp_path / "new", "--at", AT, "--json"))
    assert document.keys() >= SHAPE
    expected = {
        "month": "2025-06", "budget_usd": 200.0, "notice_usd": 150.0, "fixed_usd": 0.0, "metered_usd": 0.0,
        "reserved_usd": 0.0, "discretionary_usd": 200.0, "forecast_usd": 0.0, "forecast_low_usd": None,
        "forecast_high_usd": None, "exhaust_date": None, "status": "UNDER", "by_source": [],
        "recommendations": [],
    }  # fmt: skip
    assert {name: document[name] for name in SHAPE} == expected


def test_the_ledger_is_told_as_of_the_moment_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _bought(tmp_path)
    then = json.loads(_asked(capsys, tmp_path, "--at", "2025-06-04T00:00:00-05:00", "--json"))
    assert (then["metered_usd"], then["reserved_usd"], then["forecast_usd"]) == (0.0, 2.2, 2.2)
    now = json.loads(_asked(capsys, tmp_path, "--at", AT, "--json"))
    assert (now["metered_usd"], now["reserved_usd"]) == (2.1, 0.0)
    # 7 trading days gone, 13 to come
    assert now["forecast_usd"] == pytest.approx(2.1 + 0.3 * 13)
    assert now["forecast_low_usd"] < now["forecast_usd"] < now["forecast_high_usd"]
    assert now["by_source"][0]["source"] == "databento"


def test_without_json_it_is_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _bought(tmp_path)
    out = _asked(capsys, tmp_path, "--at", AT)
    assert "2025-06   UNDER" in out
    assert "$6.00" in out
    assert "P10 to P90" in out


@pytest.mark.parametrize(
    "at", ["2025-06-10T15:00:00", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"]
)
def test_a_time_without_its_zone_or_out_of_reach_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, at: str
) -> None:
    assert main(["cost", "--data-dir", str(tmp_path), "--at", at, "--json"]) == EXIT_BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_a_fee_counts_only_with_its_key() -> None:
    sources = discover()[0]
    assert fees_in_use(sources, Settings(), MemorySecrets({})) == {}
    with_key = fees_in_use(sources, Settings(), MemorySecrets({"databento": "simulated"}))
    assert with_key == {SourceId("databento"): MicroUsd(179 * DOLLAR)}
