import socket

import pytest

from app.engine.ports import Probe
from app.system.probe import listens

PROBE: Probe = listens


def test_an_address_answers_while_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard = [f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/v3?x=1", f"ws://localhost:{port}"]
        assert [PROBE(address) for address in heard] == [True, True, True]
    assert not PROBE(f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1", "127.0.0.1:x", "http://[::1", "ftp://127.0.0.1", "127.0.0.1:70000"]
)
def test_nobody_listens_at_an_address_without_sense(address: str) -> None:
    assert not listens(address)
