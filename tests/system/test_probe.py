"""Whether anybody listens."""

import socket

import pytest

from app.system.probe import listens


def test_a_listener_is_found_by_address_and_by_url() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(f"127.0.0.1:{port}")
        assert listens(f"http://127.0.0.1:{port}/v0")
    assert not listens(f"127.0.0.1:{port}")


@pytest.mark.parametrize("address", ["", "127.0.0.1", "127.0.0.1:nope", "http://", "127.0.0.1:99999"])
def test_what_is_no_address_listens_to_nobody(address: str) -> None:
    assert not listens(address)
