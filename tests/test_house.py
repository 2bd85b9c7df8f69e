"""Rules for the whole repository that no linter knows."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.settings import markdown_table

ROOT = Path(__file__).resolve().parent.parent
TOP = {"app", "resources", "tests", "packaging", "pyproject.toml", "README.md"}
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".in",
    ".json",
    ".svg",
    ".desktop",
    ".spec",
    ".yml",
    ".yaml",
    ".cfg",
    "",
}
# what tools leave behind; .gitignore keeps it out of the repository
LEFT_BEHIND = {"__pycache__", "build", "dist"}

# written with character classes, so that this file does not contain what it forbids
REGISTRIES = r"p[y]pi\.|pythonh[o]sted|deb\.debi[a]n|registry\.n[p]m|ghcr\.i[o]|conda\.anac[o]nda"
MACHINE_PATHS = r"/w[o]rk/|/r[o]ot/|/h[o]me/[a-z]|/U[s]ers/[a-z]"
UNFINISHED = r"\b(T[O]DO|F[I]XME|X[X]X|NotImplemented[E]rror)\b"
SECRETS = r"db-[A-Za-z0-9]{29}\b|AK[I]A[0-9A-Z]{16}|gh[p]_[A-Za-z0-9]{36}|BEGIN [A-Z ]*PRIVATE K[E]Y"
EMPTY_NAMES = r"(Manager|Helper|Utils?|Common|Data|Info)$"
A_CONTRACT_OF_ITS_DAY = re.compile(r"\bNQ[FGHJKMNQUVXZ]\d")
LEVELS_OF_NQ = range(10_000, 40_000)
# powers of two and other limits of machines, which are no prices
NOT_PRICES = {16_384, 32_767, 32_768}

MEDIAN, NINE_OF_TEN, LONGEST = 110, 220, 300

# Where an error nobody foresaw is made visible while the rest goes on: the net under all tasks, the edge of
# each worker (the error goes to whoever waits for the call), the end of the engine's thread, the crash hooks.
MAY_CATCH_ALL = {
    "app/engine/supervisor.py",
    "app/engine/lanes.py",
    "app/engine/host.py",
    "app/system/crash.py",
}


def ours() -> Iterator[Path]:
    """Every file of the repository that people write, whether committed yet or not."""
    for top in (*sorted(TOP), ".ci", ".gitignore"):
        place = ROOT / top
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            parts = path.relative_to(ROOT).parts
            made = LEFT_BEHIND & set(parts) or any(p.endswith(".egg-info") for p in parts)
            if path.is_file() and not made:
                yield path


def texts() -> Iterator[tuple[str, str]]:
    for path in ours():
        if path.suffix in TEXT:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def modules(below: str) -> Iterator[tuple[str, ast.Module]]:
    for name, text in texts():
        if name.startswith(below) and name.endswith(".py"):
            yield name, ast.parse(text)


def lines_with(pattern: str, below: str = "") -> list[str]:
    search = re.compile(pattern).search
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts()
        if name.startswith(below)
        for number, line in enumerate(text.splitlines(), 1)
        if search(line)
    ]


def test_the_top_level_holds_what_is_prescribed() -> None:
    ignored = LEFT_BEHIND | {"pitwall.egg-info", "shots"}
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    assert there == TOP


def test_there_is_no_lock_file() -> None:
    names = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", ".python-version"}
    assert [str(path) for path in ours() if path.name in names] == []
    assert not any((ROOT / name).exists() for name in names)


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS, UNFINISHED])
def test_no_file_names_what_belongs_elsewhere(pattern: str) -> None:
    assert lines_with(pattern) == []


def test_no_file_holds_a_key() -> None:
    opens_nothing = "app/sim/keys.py"  # what the simulators accept, in the form that clients check
    searched = [(name, text) for name, text in texts() if name != opens_nothing]
    found = [(name, m.group()) for name, text in searched for m in re.finditer(SECRETS, text)]
    plausible = [name for name, key in found if len(set(key)) > 12]  # "db-xxxx…" is nobody's key
    assert plausible == []


def test_the_settings_table_of_the_readme_is_the_one_of_the_code() -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("<!-- settings:begin -->")[1]
    table = table.split("<!-- settings:end -->")[0]
    assert table.strip() == markdown_table().strip(), "renew it with: python3 packaging/dev.py docs"


def test_the_readme_names_the_two_commands_and_no_other() -> None:
    named = re.findall(r"packaging/dev\.py (\w+)", (ROOT / "README.md").read_text("utf-8"))
    assert set(named) == {"run", "test"}


def test_files_are_one_thought_long() -> None:
    sizes = {name: text.count("\n") for name, text in texts() if name.endswith(".py") and text.strip()}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}
    assert statistics.median(sizes.values()) <= MEDIAN
    assert statistics.quantiles(sizes.values(), n=10)[-1] <= NINE_OF_TEN


def test_every_module_says_what_it_is_for() -> None:
    code = [*modules("app/"), *modules("packaging/")]
    assert [name for name, tree in code if tree.body and not ast.get_docstring(tree)] == []


def test_names_are_nouns_of_the_trade() -> None:
    classes = [
        f"{name}: {node.name}"
        for name, tree in modules("app/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.search(EMPTY_NAMES, node.name)
    ]
    files = [name for name, _ in modules("app/") if re.search(r"(manager|helper|utils?|common)", name)]
    assert classes + files == []


def test_no_dialog_stops_the_loop() -> None:
    stops = [
        f"{name}:{node.lineno}"
        for name, tree in modules("app/ui/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("exec", "exec_")
    ]
    assert stops == [], "open() a dialog, popup() a menu: exec() stops every coroutine of the window"


def test_errors_nobody_foresaw_are_caught_in_few_places() -> None:
    catching = {
        name
        for name, tree in modules("app/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _catches_all(node)
    }
    assert catching <= MAY_CATCH_ALL


def test_the_live_path_holds_no_invented_market() -> None:
    invented = [
        f"{name}:{node.lineno}: {node.value!r}"
        for name, tree in modules("app/")
        if not name.startswith("app/sim/")
        for node in _constants_in_code(tree)
        if _is_market(node.value)
    ]
    assert invented == []


def test_tests_stand_where_their_subject_stands() -> None:
    subjects = {path.stem for path in (ROOT / "app").iterdir()} | {"guards", "packaging", "bench"}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - LEFT_BEHIND
    assert folders - subjects == set()


def _catches_all(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False  # tidies up and passes it on
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        c is None or (isinstance(c, ast.Name) and c.id in ("Exception", "BaseException")) for c in caught
    )


def _constants_in_code(tree: ast.Module) -> Iterator[ast.Constant]:
    """Without docstrings and other bare texts, which may give examples."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told:
            yield node


def _is_market(value: object) -> bool:
    if isinstance(value, str):
        return A_CONTRACT_OF_ITS_DAY.search(value) is not None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    round_or_quarter_hours = value % 1000 == 0 or value % 900 == 0
    return int(value) in LEVELS_OF_NQ and not round_or_quarter_hours and value not in NOT_PRICES
