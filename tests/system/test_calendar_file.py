from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.domain.market_state import MarketState, SaidBy
from app.domain.units import ns_from_iso
from app.system.calendar_file import load_calendar

MOURNING = ns_from_iso("2025-01-09T10:00-05:00")


def test_the_calendar_knows_the_shipped_overrides(tmp_path: Path) -> None:
    now = load_calendar(tmp_path / "missing.toml").at(MOURNING)
    assert (now.state, now.said_by) == (MarketState.CLOSED, SaidBy.OVERRIDE)


def test_the_users_own_overrides_win(tmp_path: Path) -> None:
    own = tmp_path / "cme_overrides.toml"
    own.write_text("[2025-01-09]\nclose = 17:00:00\n")
    assert load_calendar(own).at(MOURNING).state is MarketState.RTH


@pytest.mark.parametrize("content", [b"[2025-01-09]\nclose = 25", b"\xff\xfe"])
def test_a_faulty_file_is_named(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "cme_overrides.toml"
    own.write_bytes(content)
    with pytest.raises(ConfigError, match=r"cme_overrides\.toml: "):
        load_calendar(own)
