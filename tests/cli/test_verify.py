"""Every source is tried against running simulators, and only what was measured is said."""

import json
from pathlib import Path

import pytest

from app.cli.parser import parser
from app.cli.verify import run
from app.domain.errors import ConfigError
from app.sim import keys


@pytest.mark.timeout(150)
@pytest.mark.expected_log("reconnecting")
def test_every_source_passes_against_the_simulators(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = tmp_path / "evidence.json"
    command = ["verify", "--data-dir", str(tmp_path), "--evidence", str(evidence), "--json"]
    code = run(parser().parse_args(command))
    document = json.loads(capsys.readouterr().out)
    failed = [check for check in document["checks"] if check["result"] == "fail"]
    assert failed == []
    assert code == 0
    assert document["mode"] == "demo"
    assert document["passed"] + document["skipped"] == len(document["checks"])
    found = {(check["source"], check["check"]): check for check in document["checks"]}
    reconnect = found["databento", "reconnect"]["measured"]
    assert reconnect["lost"] == reconnect["duplicates"] == 0
    assert reconnect["contracts_compared"] > 0
    assert found["barchart", "cache"]["measured"]["hits"] == 1
    assert found["barchart", "rate limit"]["measured"]["requests_meanwhile"] == 0
    assert json.loads(evidence.read_text()) == document
    for secret in (keys.DATABENTO, keys.MASSIVE, keys.TRADOVATE_PASSWORD):
        assert secret[:8] not in evidence.read_text()


def test_live_and_a_url_map_exclude_each_other(tmp_path: Path) -> None:
    command = ["verify", "--live", "--sources", str(tmp_path / "map.json"), "--data-dir", str(tmp_path)]
    with pytest.raises(ConfigError, match="not both"):
        run(parser().parse_args(command))
