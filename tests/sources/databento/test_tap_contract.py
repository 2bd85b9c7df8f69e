"""The private names of the official client that the tap sits on: a version that changes one fails here."""

import inspect
import threading
from typing import Any

import databento
from databento.live import protocol as public
from databento.live.session import LiveSession, _SessionProtocol

from tests.sources.databento.gateway import KEY


def client() -> databento.Live:
    return databento.Live(key=KEY, gateway="127.0.0.1", port=1)


def test_the_tapped_class_is_built_from_these_parts() -> None:
    asked = set(inspect.signature(_SessionProtocol.__init__).parameters) - {"self"}
    assert asked == {
        "api_key",
        "dataset",
        "dbn_queue",
        "user_streams",
        "user_callbacks",
        "loop",
        "metadata",
        "ts_out",
        "heartbeat_interval_s",
        "slow_reader_behavior",
        "compression",
    }


def test_a_session_holds_those_parts_under_these_names() -> None:
    session: Any = client()._session
    for name in ("dbn_queue", "user_callbacks", "user_streams", "loop", "metadata", "slow_reader_behavior"):
        assert hasattr(session, f"_{name}")
    for name in ("_compression", "_transport", "api_key", "ts_out", "heartbeat_interval_s"):
        assert hasattr(session, name)
    assert list(inspect.signature(LiveSession._create_protocol).parameters) == ["self", "dataset"]


def test_the_overridden_methods_exist_and_take_what_the_tap_takes() -> None:
    base = public.DatabentoLiveProtocol
    assert list(inspect.signature(base.get_buffer).parameters) == ["self", "sizehint"]
    assert list(inspect.signature(base.buffer_updated).parameters) == ["self", "nbytes"]
    assert list(inspect.signature(base.connection_lost).parameters) == ["self", "exc"]
    assert list(inspect.signature(base.connection_made).parameters) == ["self", "transport"]
    for name in ("authenticated", "disconnected", "transport"):
        assert isinstance(inspect.getattr_static(base, name), property)


def test_the_clients_watch_for_silence_reads_the_time_the_tap_writes() -> None:
    assert "_last_msg_loop_time" in inspect.getsource(LiveSession._heartbeat_monitor)


def test_connections_are_made_by_the_replaced_function_in_the_clients_loop() -> None:
    assert "self._create_protocol" in inspect.getsource(LiveSession._connect_task)
    names = [thread.name for thread in threading.enumerate()]
    client()
    assert "databento_live" in [*names, *(thread.name for thread in threading.enumerate())]
