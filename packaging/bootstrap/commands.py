"""What `packaging/dev.py` can be asked to do."""

import os
import sys
from collections.abc import Callable

from bootstrap.environment import PYTHON, is_ready
from bootstrap.progress import say
from bootstrap.system_libraries import BROWSER, QT, missing, needs_of_run, needs_of_test, provide
from bootstrap.trouble import Trouble

USAGE = """\
python3 packaging/dev.py run [-- ARGUMENTS]   start Pitwall (ARGUMENTS are its own; try: run -- --help)
python3 packaging/dev.py test [-- ARGUMENTS]  run every check (ARGUMENTS go to pytest)

python3 packaging/dev.py check     format, lint, types and import rules only
python3 packaging/dev.py browser   add the browser engine for pictures of stored pages (430 MB)
python3 packaging/dev.py docs      renew the settings table of the README
python3 packaging/dev.py pin       renew the pinned requirements (add --upgrade for newer versions)

Both set up what is missing first: .venv, the pinned packages, Linux libraries.
"""


def main(arguments: list[str]) -> int:
    word, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if word in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0
    command = COMMANDS.get(word)
    if command is None:
        say(f"There is no command {word!r}.\n\n{USAGE}" if word else USAGE)
        return 2
    try:
        return command(rest[1:] if rest[:1] == ["--"] else rest)
    except Trouble as e:
        say((e.output + "\n\n" if e.output else "") + str(e))
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def _run(arguments: list[str]) -> int:
    _libraries_for_run(arguments)  # 4 ms, so it is asked at each start: systems change below a program
    _make_ready("run")
    # -P: an `app` in the folder one happens to stand in must not be taken for ours
    command = [str(PYTHON), "-P", "-m", "app", *arguments]
    if os.name != "nt":  # where exec would end this process before the new one has the terminal
        os.execv(command[0], command)  # noqa: S606 -- no shell is what we want
    import subprocess

    return subprocess.run(command, check=False).returncode


def _make_ready(level: str) -> None:
    if not is_ready(level):  # imports only when needed: they are most of what a later start would take
        from bootstrap.installation import make_ready

        make_ready(level)


def _libraries_for_run(arguments: list[str]) -> None:
    try:
        provide(missing(needs_of_run(os.environ)))
    except Trouble as e:
        if not arguments or arguments[0].startswith("-"):
            raise
        say(f"{e}\n(The window needs them; the command {arguments[0]!r} does not.)")


def _test(arguments: list[str]) -> int:
    from bootstrap.checks import everything

    provide(missing(needs_of_test()))
    _make_ready("test")
    return everything(arguments)


def _check(_: list[str]) -> int:
    from bootstrap.checks import reading_only

    _make_ready("test")
    return reading_only()


def _browser(_: list[str]) -> int:
    provide(missing({**QT, **BROWSER}))
    _make_ready("browser")
    return 0


def _docs(_: list[str]) -> int:
    from bootstrap.documents import renew_settings_table

    _make_ready("run")
    return renew_settings_table()


def _pin(arguments: list[str]) -> int:
    from bootstrap.pins import compile_requirements

    _make_ready("test")
    return compile_requirements(arguments)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": _run,
    "test": _test,
    "check": _check,
    "browser": _browser,
    "docs": _docs,
    "pin": _pin,
}
