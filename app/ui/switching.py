"""The user's hand on the switch, as actions of a menu: every verb of a channel and of a source.

What closes a connection or leaves a source asks why first; the answer stays in the audit.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.domain.health import Breaker, ChannelHealth, Link, Role, SourceHealth
from app.domain.routing import Channel, SourceId
from app.ui.desk import Desk
from app.ui.dialogs.ask import ask_line
from app.ui.dialogs.connection import ConnectionDialog
from app.ui.dialogs.switch import SwitchDialog
from app.ui.health_looks import CHANNEL_WORDS


class Switching:
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        self._parent, self._desk = parent, desk

    def ask(self, channel: Channel, source: SourceId, title: str) -> SwitchDialog:
        """The dialog with reason and expiry."""
        dialog = SwitchDialog(self._parent, self._desk, channel, source, title)
        dialog.open()
        return dialog

    def test(self, source: SourceHealth) -> None:
        """From its key to a live record; its role does not change."""
        ConnectionDialog(self._parent, self._desk, str(source.source), source.title).open()

    def of_channel(self, source: SourceHealth, channel: ChannelHealth) -> tuple[QAction, ...]:
        words, commands, kind = CHANNEL_WORDS[channel.channel], self._desk.commands, channel.channel
        title, of = source.title, channel.source
        made: list[QAction] = []
        if channel.role is Role.PINNED:
            made.append(self._do(f"Unpin {words}", lambda: commands.pin(kind, None, "unpinned by hand")))
            made.append(
                self._do(
                    f"Unpin {words} and fail over", lambda: commands.unpin_and_fail_over(kind, "by hand")
                )
            )
        else:
            made.append(self._action(f"Pin {words} to {title}…", lambda: self.ask(kind, of, title)))
        if channel.preferred:
            made.append(
                self._do(f"Prefer {title} no longer for {words}", lambda: commands.prefer(kind, None))
            )
        elif channel.role is not Role.PINNED:
            made.append(
                self._do(
                    f"Prefer {title} for {words}", lambda: commands.prefer(kind, of, "preferred by hand")
                )
            )
        if channel.role is Role.ACTIVE:
            made.append(
                self._why(
                    f"Fail {words} over now…", "The next source that may feed it takes over. Why?",
                    lambda why: commands.fail_over(kind, why),
                )
            )  # fmt: skip
        if channel.draining or channel.breaker is Breaker.FORCED_OPEN:
            made.append(self._do(f"Let {title} feed {words} again", lambda: commands.enable(of, kind)))
            return tuple(made)
        made.append(
            self._why(
                f"Drain {title} on {words}…", "What is under way is finished, nothing new is begun. Why?",
                lambda why: commands.drain(kind, of, why),
            )
        )  # fmt: skip
        made.append(
            self._why(
                f"Switch {words} of {title} off…", "Until it is switched on again. Why?",
                lambda why: commands.disable(of, why, kind),
            )
        )  # fmt: skip
        return tuple(made)

    def of_source(self, source: SourceHealth) -> tuple[QAction, ...]:
        title, of, commands = source.title, source.source, self._desk.commands
        works = source.broken is None
        made = [
            self._do(f"Restart {title}", lambda: commands.restart(of)),
            self._action(f"Test {title} now…", lambda: self.test(source)),
        ]
        if any(one.schema or one.link is Link.NOT_ENTITLED for one in source.channels):
            words = f"Ask {title} again for refused data"
            made.append(self._do(words, lambda: commands.retry_schema(of), self._desk.say))
        if source.disabled:
            made.append(self._do(f"Switch {title} on", lambda: commands.enable(of)))
        else:
            question = "Its connection closes and all its channels go elsewhere until it is switched on. Why?"
            made.append(self._why(f"Switch {title} off…", question, lambda why: commands.disable(of, why)))
        for action in made:
            action.setEnabled(works)
        return tuple(made)

    def _do(
        self, words: str, ask: Callable[[], Any], then: Callable[[Any], object] = lambda _: None
    ) -> QAction:
        return self._action(words, lambda: self._desk.pending.watch(ask(), lambda said: _none(then(said))))

    def _why(self, words: str, question: str, ask: Callable[[str], Any]) -> QAction:
        title = words.removesuffix("…")
        watch = self._desk.pending.watch
        return self._action(
            words, lambda: ask_line(self._parent, title, question, lambda why: watch(ask(why)))
        )

    def _action(self, words: str, act: Callable[[], object]) -> QAction:
        action = QAction(words, self._parent)
        action.triggered.connect(lambda _=False: _none(act()))
        return action


def _none(_: object) -> None:
    """What an act answers is nobody's business here."""
