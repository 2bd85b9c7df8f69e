"""A profile is read with the path of its fault, and written as it is read."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ConfigError
from app.domain.profile_document import fidelity_of, read_profile, write_profile
from app.domain.routing import EOD, SNAPSHOT, TICK, Channel, SourceId, delayed
from app.domain.source_profile import EVERY, SourceProfile

A, B, C = SourceId("a"), SourceId("b"), SourceId("c")
KNOWN = (A, B, C)


def read(document: dict[str, Any]) -> SourceProfile:
    return read_profile("mine", document, KNOWN, (A, B))


def test_tiers_minima_and_paces_are_read() -> None:
    found = read(
        tomllib.loads(
            """
            enabled = ["a", "b"]
            [tiers]
            default = ["a", ["b", "c"]]
            "nq.trades" = ["b", "a"]
            [min_fidelity]
            "opt.chain" = "DELAYED(30)"
            [intervals]
            a = 60
            [caps]
            b = 4
            [rates]
            "nq.quotes" = [5, 0.5]
            """
        )
    )
    assert (found.tier(A, Channel.OPT_CHAIN), found.tier(B, Channel.OPT_CHAIN)) == (1, 2)
    assert (found.tier(A, Channel.NQ_TRADES), found.tier(B, Channel.NQ_TRADES)) == (2, 1)
    assert found.tier(C, Channel.OPT_CHAIN) is None
    assert found.minimum(Channel.OPT_CHAIN) == delayed(30)
    assert found.minimum(Channel.NQ_TRADES) == TICK
    assert (found.intervals, found.caps) == ({A: 60.0}, {B: 4.0})
    assert found.rates == {Channel.NQ_QUOTES: (5.0, 0.5)}


def test_who_is_not_named_comes_last() -> None:
    found = read({"enabled": ["*"], "tiers": {"default": ["b"]}})
    assert [found.tier(s, Channel.BARS) for s in KNOWN] == [2, 1, 2]
    assert found.minimum(Channel.OPT_CHAIN) == SNAPSHOT


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({}, "enabled: must name at least one source"),
        ({"enabled": []}, "enabled: must name at least one source"),
        ({"enabled": ["x"]}, r"enabled\[0\]: there is no source called x"),
        ({"enabled": ["a"], "budget": 25}, "budget: no such entry"),
        ({"enabled": ["a"], "tiers": {"nq.foo": []}}, r"tiers\.nq\.foo: there is no such channel"),
        ({"enabled": ["a"], "tiers": {"default": ["a", "a"]}}, r"tiers\.default: a is named twice"),
        ({"enabled": ["a"], "tiers": {"default": [["a", 3]]}}, r"tiers\.default\[0\]: 3 is not"),
        ({"enabled": ["a"], "tiers": []}, "tiers: must be a table"),
        ({"enabled": ["a"], "min_fidelity": {"bars": "GOOD"}}, r"min_fidelity\.bars: 'GOOD' is not one of"),
        ({"enabled": ["a"], "min_fidelity": {"bars": "RECORDED"}}, r"min_fidelity\.bars"),
        ({"enabled": ["a"], "intervals": {"c": 60}}, r"intervals\.c: this source is not asked in turns"),
        ({"enabled": ["a"], "intervals": {"a": True}}, r"intervals\.a: True is not a number"),
        ({"enabled": ["a"], "caps": {"a": 0}}, r"caps\.a: 0 is not a number of 1 to"),
        ({"enabled": ["a"], "rates": {"bars": [1]}}, r"rates\.bars: must be two rates"),
    ],
)
def test_a_fault_is_named_with_its_place(document: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError, match=f"^Profile mine: {fault}"):
        read(document)


def test_a_name_is_a_plain_word() -> None:
    with pytest.raises(ConfigError, match="small letters"):
        read_profile("../mine", {"enabled": ["a"]}, KNOWN, ())


def test_fidelity_is_read_as_it_is_written() -> None:
    for one in (TICK, SNAPSHOT, EOD, delayed(10)):
        assert fidelity_of(str(one)) == one
    assert fidelity_of("DELAYED") is None


_FIDELITY = st.one_of(st.sampled_from((TICK, SNAPSHOT, EOD)), st.integers(0, 9999).map(delayed))
_TIERS = st.permutations(KNOWN).map(lambda names: (tuple(names[:1]), tuple(names[1:])))


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200),
    st.sampled_from(((EVERY,), (A,), (B, C))),
    _TIERS,
    st.dictionaries(st.sampled_from(Channel), _TIERS, max_size=3),
    st.dictionaries(st.sampled_from(Channel), _FIDELITY, max_size=3),
    st.dictionaries(st.sampled_from((A, B)), st.integers(5, 600).map(float)),
    st.dictionaries(st.sampled_from(Channel), st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), max_size=2),
)
def test_what_is_written_is_read_again(
    about: str, enabled: Any, order: Any, tiers: Any, least: Any, intervals: Any, rates: Any
) -> None:
    profile = SourceProfile("mine", about, enabled, order, tiers, least, intervals, intervals, rates, False)
    assert read(tomllib.loads(write_profile(profile))) == profile
