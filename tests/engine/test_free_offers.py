"""Which sources show something without a price for each request: those that sell no history, once usable."""

from app.domain.routing import SourceId
from app.engine.free_offers import free_offers
from app.sources import discover


def test_a_page_is_free_and_an_api_once_its_plan_is_in_use() -> None:
    specs = discover()[0]

    def found(*in_use: str) -> dict[SourceId, tuple[str, ...]]:
        return {one.source: one.schemas for one in free_offers(specs, [SourceId(name) for name in in_use])}

    assert found() == {SourceId("barchart"): ("statistics",)}
    assert found("massive", "databento").keys() == {"barchart", "massive"}
    assert found("massive")[SourceId("massive")] == ("ohlcv-1m",)
