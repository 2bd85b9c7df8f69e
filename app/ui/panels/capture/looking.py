"""What is asked for about the capture on screen, each once: picture, examination, the picture before."""

from collections.abc import Callable

from PySide6.QtGui import QImage

from app.domain.capture import CaptureLine, Outcome
from app.domain.drift import Finding
from app.domain.examination import Examination
from app.ui.desk import Desk
from app.ui.panels.capture.card import FieldCard
from app.ui.panels.capture.opened import Opened, opened
from app.ui.panels.capture.pictures import Pair, Picture, Pictures, pair
from app.ui.panels.capture.tabs import COMPARE, CaptureTabs

_Look = tuple[str, Outcome, str | None]
_UNREADABLE = "The picture of this capture cannot be read; its answer is still on disk."


class Looking:
    """Answers come later, perhaps when another capture is on screen: then they are dropped.

    `touch` asks for another `go_on`; `judged` is told when the examination is there.
    """

    def __init__(
        self,
        desk: Desk,
        tabs: CaptureTabs,
        card: FieldCard,
        touch: Callable[[], None],
        judged: Callable[[], None],
    ) -> None:
        self._desk, self._tabs, self._card = desk, tabs, card
        self._touch, self._judged = touch, judged
        self._pictures = Pictures()
        self._thumbs: dict[str, str] = {}
        self._line: CaptureLine | None = None
        self._look: _Look | None = None
        self._paired: _Look | None = None
        self._awaits_picture = False
        self._sought: tuple[str, str] | None = None

    @property
    def finding(self) -> Finding | None:
        """Of the capture on screen, once it was examined."""
        found = self._tabs.examination
        return None if found is None else found.finding

    def thumb(self, line: CaptureLine, put: Callable[[str, QImage], None]) -> None:
        if line.picture is None or self._thumbs.get(line.id) == line.picture:
            return
        self._thumbs[line.id] = line.picture

        def arrived(picture: Picture) -> None:
            if picture.thumb is not None:
                put(line.id, picture.thumb)

        self._desk.pending.watch(self._pictures.read(line.picture), arrived)

    def show(self, line: CaptureLine) -> None:
        """This capture from now on, or a newer state of it."""
        known, self._line = self._line, line
        if known is None or known.id != line.id:
            self._tabs.forget()
            self._card.say_nothing()
            self._look = self._paired = None
        if known is None or (known.id, known.picture) != (line.id, line.picture):
            self._ask_picture(line)

    def seek(self, capture_id: str, key: str) -> None:
        """A field that another panel points at: chosen as soon as it can be told where it stands."""
        self._sought = (capture_id, key)

    def again(self) -> None:
        """What was made of it may have changed."""
        self._look = self._paired = None
        self._touch()

    def go_on(self, against: str | None) -> None:
        """Asks for what is needed now: when somebody looks beyond the picture, or something went wrong."""
        line = self._line
        if line is None or line.outcome is Outcome.PENDING:
            return
        wanted = self._tabs.needs_examination or self._sought is not None
        look = (line.id, line.outcome, against)
        if (wanted or line.outcome is not Outcome.ACCEPTED) and look != self._look:
            self._look = look
            answer = self._desk.commands.examine_capture(line.id, against)
            self._desk.pending.watch(answer, lambda found: self._examined(look, found))
        self._find_sought()
        if self._tabs.currentIndex() == COMPARE or self._card.is_about_a_field:
            self._ask_pair()

    def stop(self) -> None:
        self._pictures.stop()

    def _ask_picture(self, line: CaptureLine) -> None:
        self._awaits_picture = line.picture is not None
        if line.picture is None:
            self._tabs.picture.say("The picture is being drawn.")
            return

        def arrived(picture: Picture) -> None:
            if self._line is None or self._line.picture != line.picture:
                return
            self._awaits_picture, self._paired = False, None
            if picture.whole is None:
                self._tabs.picture.say(_UNREADABLE)
            else:
                self._tabs.show_image(picture.whole)
            self._touch()

        self._desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _examined(self, look: _Look, found: Examination | None) -> None:
        if self._look != look:
            return
        if found is None:
            self._desk.say("This capture is no longer on disk.")
            return
        self._tabs.held = look[2] is not None
        self._tabs.show_examination(found)
        self._judged()
        self._find_sought()

        def laid_out(made: Opened) -> None:
            if self._look == look:
                self._tabs.show_opened(made)

        self._desk.pending.watch(self._pictures.run(lambda: opened(found)), laid_out)

    def _ask_pair(self) -> None:
        """Both pictures, to be laid one on the other or to show a field's place in both."""
        found, look = self._tabs.examination, self._look
        if found is None or self._paired == look or self._awaits_picture:
            return
        self._paired = look

        def decoded(both: Pair) -> None:
            if self._look == look:
                self._tabs.show_pictures(both)
                self._card.show_pictures(both.before, both.after)

        path = found.before.capture.picture if found.before else None
        after, colour = self._tabs.picture.image, self._desk.colours.down
        self._desk.pending.watch(self._pictures.run(lambda: pair(path, after, colour)), decoded)

    def _find_sought(self) -> None:
        found, sought = self._tabs.examination, self._sought
        if found is not None and sought is not None and found.this.capture.id == sought[0]:
            self._sought = None
            self._tabs.choose(sought[1])
