"""Which element of a page says which field."""

from app.domain.html_tree import page_of
from app.domain.page_fields import elements_of, key_at
from app.domain.provenance import CHAIN, Certainty, Field, FieldStatus

BODY = b"<div class='row'><b>1 Days</b> to <b>06/09/25</b></div><i data-x='{&quot;last&quot;:21745}'>z</i>"


def field(name: str, value: str | None, locator: str) -> Field:
    return Field(CHAIN, name, value, None, None, "read", locator, "", Certainty.SAID, None, FieldStatus.OK)


def test_fields_that_share_a_selector_have_an_element_each() -> None:
    page = page_of(BODY)
    fields = [
        field("expiry", "2025-06-09", ".row b"),
        field("days", "1", ".row b"),
        field("last", "21,745", "[data-x]"),
    ]
    said = elements_of(page, fields)
    assert {key: one.text for key, one in said.items()} == {
        "chain/days": "1 Days", "chain/expiry": "06/09/25", "chain/last": "z",
    }  # fmt: skip
    assert key_at(page, said, said["chain/days"].path) == "chain/days"
    assert key_at(page, said, page.elements[0].path) is None


def test_a_selector_that_finds_nothing_or_is_none_leaves_its_field_without_a_place() -> None:
    said = elements_of(
        page_of(BODY), [field("a", "1", ".gone"), field("b", "1", "page ("), field("c", None, "")]
    )
    assert said == {}
