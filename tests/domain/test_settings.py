import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ConfigError
from app.domain.settings import Settings, described, markdown_table, read, with_value


def test_no_values_give_the_defaults() -> None:
    assert read({}) == (Settings(), {})


def test_every_default_is_allowed_and_described() -> None:
    lines = described()
    assert [line.name for line in lines] == [f.name for f in fields(Settings)]
    for line in lines:
        assert line.description
        assert getattr(with_value(Settings(), line.name, line.default), line.name) == line.default


def test_what_no_code_knows_is_handed_back() -> None:
    settings, unknown = read({"screen_frames": 20, "from_the_future": [1, 2]})
    assert settings.screen_frames == 20
    assert unknown == {"from_the_future": [1, 2]}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("screen_frames", 61, "outside 5 to 60"),
        ("screen_frames", 4, "outside 5 to 60"),
        ("screen_frames", 30.0, "not a whole number"),
        ("screen_frames", True, "not a whole number"),
        ("screen_frames", "30", "not a whole number"),
        ("cost_budget", math.nan, "outside"),
        ("cost_budget", math.inf, "outside"),
        ("cost_budget", None, "not a number"),
        ("screen_theme", "pink", "not one of dark, light, colour-blind"),
        ("barchart_enabled", 1, "not yes or no"),
        ("profile", 7, "not text"),
    ],
)
def test_a_bad_value_is_refused_with_its_range(name: str, value: object, why: str) -> None:
    with pytest.raises(ConfigError, match=f"Setting {name}: .*{why}"):
        with_value(Settings(), name, value)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="no setting called colour"):
        with_value(Settings(), "colour", "red")


@given(st.integers(5, 60), st.floats(0, 100_000))
def test_values_in_range_are_taken(frames: int, budget: float) -> None:
    settings, _ = read({"screen_frames": frames, "cost_budget": budget})
    assert (settings.screen_frames, settings.cost_budget) == (frames, budget)


def test_a_whole_number_serves_as_a_number() -> None:
    settings = with_value(Settings(), "cost_budget", 150)
    assert isinstance(settings.cost_budget, float)


def test_the_table_has_a_row_for_each_setting() -> None:
    rows = markdown_table().splitlines()
    assert len(rows) == 2 + len(fields(Settings))
    assert "| `screen_frames` | 30 1/s | 5 to 60 | Most repaints a second |" in rows
