"""`async def` tests: on Qt's loop when they use the window's fixtures, on a plain one otherwise.

An error in a background task fails the test that started it.
"""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest

LONGEST = 120.0
_QT_FIXTURES = {"qtbot", "qapp"}


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    wanted = {name: pyfuncitem.funcargs[name] for name in names}
    lost: list[dict[str, Any]] = []

    async def test() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
        await asyncio.wait_for(pyfuncitem.obj(**wanted), LONGEST)

    with asyncio.Runner(loop_factory=_loop_factory(pyfuncitem)) as runner:
        runner.run(test())
    if lost:
        pytest.fail("; ".join(str(context.get("exception") or context["message"]) for context in lost))
    return True


def _loop_factory(item: pytest.Function) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if not _QT_FIXTURES & set(item.fixturenames):
        return None
    import qasync
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)  # closing a window must not end the loop
    return lambda: qasync.QEventLoop(app)
