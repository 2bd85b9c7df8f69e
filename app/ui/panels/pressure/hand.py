"""The trader's hand on the chart: draws levels, moments, ranges and averages, moves and deletes them.

It sees mouse and keys before the chart does, and takes only what concerns a drawing.
"""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from app.domain.anchors import Anchor
from app.domain.chart_updates import PriceVolumeChanged
from app.domain.drawings import Drawing, DrawingKind
from app.domain.units import Ns
from app.ui import format as text
from app.ui.panels.pressure.controls import action
from app.ui.panels.pressure.outlines import made, ns_of, px_of, shape_of, shifted
from app.ui.panels.pressure.sketch import Averages, Sketch
from app.ui.widgets.plot.plot import CLOCK_PX
from app.ui.widgets.plot.sketched import Shape, Sketched, distance

if TYPE_CHECKING:
    from app.ui.panels.pressure.view import PressurePanel

_NEAR_PX: Final = 5.0
_HOW: Final = {
    DrawingKind.LEVEL: "Click the price where the level shall be. Esc leaves it.",
    DrawingKind.MOMENT: "Click the moment to be marked. Esc leaves it.",
    DrawingKind.AVERAGE: "Click the minute from which the average price shall count. Esc leaves it.",
}
_CURSORS: Final = {
    DrawingKind.LEVEL: Qt.CursorShape.SizeVerCursor,
    DrawingKind.MOMENT: Qt.CursorShape.SizeHorCursor,
    DrawingKind.AVERAGE: Qt.CursorShape.SizeHorCursor,
    DrawingKind.RANGE: Qt.CursorShape.SizeAllCursor,
}


class Hand(QObject):
    def __init__(self, panel: "PressurePanel") -> None:
        super().__init__(panel)
        self.sketch = Sketch()
        self.picked: Drawing | None = None
        self._panel = panel
        self._averages = Averages()
        self._mark = Sketched()
        self._placing: DrawingKind | None = None
        self._held: tuple[Drawing, float, float] | None = None
        self._drawn: object = None
        self.shapes: tuple[tuple[Drawing, Shape], ...] = ()
        panel.chart.veil = (*panel.chart.veil, self._mark)
        panel.chart.installEventFilter(self)
        self._offer_actions()

    @property
    def has_averages(self) -> bool:
        return any(one.kind is DrawingKind.AVERAGE for one, _ in self.shapes)

    def take(self, minute: PriceVolumeChanged) -> None:
        self._averages.take(minute)

    def draw(self, now: Ns) -> None:
        """A few times a second, and when something was changed by hand."""
        panel, session = self._panel, self._panel.session
        drawings = self.sketch.of(panel.desk.watch.code) if session is not None else ()
        self._averages.keep_only({d.at for d in drawings if d.kind is DrawingKind.AVERAGE and d.at})
        still = all(d.kind in (DrawingKind.LEVEL, DrawingKind.MOMENT) for d in drawings)
        key = (drawings, self.picked, panel.desk.zone, panel.chart.height()) if still else object()
        if key == self._drawn:
            return
        self._drawn = key
        self.shapes = tuple(
            (one, shape_of(self._panel, self._averages, one, one is self.picked, now)) for one in drawings
        )
        self._mark.set([shape for _, shape in self.shapes], panel.chart.height() - CLOCK_PX)
        panel.chart.unveil()
        panel.chart.flush()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QContextMenuEvent():
                self.menu(QPointF(event.pos())).popup(event.globalPos())
                return True
            case QMouseEvent():
                return self._mouse(event)
            case QKeyEvent() if event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                return self._leave()
        return super().eventFilter(watched, event)

    def begin(self, kind: DrawingKind) -> None:
        """The next click places one."""
        self._placing = kind
        self._panel.chart.setCursor(Qt.CursorShape.CrossCursor)
        self._guide(_HOW[kind])

    def keep_range(self) -> None:
        """What is measured with the mouse now."""
        ruler = self._panel.pointer.ruler
        if ruler is None or ruler[0].name != "price":
            self._panel.desk.say("Measure a range of the price first: hold Shift and drag.")
            return
        _, begin, end = ruler
        self._add(Drawing(DrawingKind.RANGE, ns_of(begin[0]), px_of(begin[1]), ns_of(end[0]), px_of(end[1])))

    def delete(self) -> None:
        code = self._panel.desk.watch.code
        if self.picked is not None and code is not None:
            self.sketch.drop(code, self.picked)
            self._changed(code)

    def delete_all(self) -> None:
        code = self._panel.desk.watch.code
        if code is not None and self.sketch.of(code):
            self.sketch.clear(code)
            self._changed(code)
            self._panel.desk.say(f"The drawings of {code} are gone. Ctrl+Z brings them back.")

    def undo(self) -> None:
        self._stepped(self.sketch.undo())

    def redo(self) -> None:
        self._stepped(self.sketch.redo())

    def _stepped(self, code: str | None) -> None:
        if code is None:
            self._panel.desk.say("There is no drawing to take back or bring back.")
        else:
            self._changed(code)

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, place = event.type(), event.position()
        left = event.button() is Qt.MouseButton.LeftButton
        if kind is QEvent.Type.MouseMove:
            return self._moved(place)
        if kind is QEvent.Type.MouseButtonPress and left and not event.modifiers():
            return self._pressed(place)
        if kind is QEvent.Type.MouseButtonRelease and left and self._held is not None:
            old, self._held = self._held[0], None
            if self.picked is not None and self.picked is not old:
                self._keep(self._panel.desk.watch.code or "")
            return True
        return False

    def _pressed(self, place: QPointF) -> bool:
        if self._placing is not None:
            self._place(self._placing, place)
            return True
        found = self._at(place)
        if found is not self.picked:
            self.picked = found
            self.draw(self._panel.desk.clock.now())
        if found is not None:
            self._held = (found, *self._coordinates(place))
        return found is not None

    def _moved(self, place: QPointF) -> bool:
        if self._held is None:
            if self._placing is None:
                near = self._at(place)
                shape = Qt.CursorShape.ArrowCursor if near is None else _CURSORS[near.kind]
                if self._panel.chart.cursor().shape() is not shape:
                    self._panel.chart.setCursor(shape)
            return False
        old, seconds, value = self._held
        now_seconds, now_value = self._coordinates(place)
        self._swap(old, shifted(old, now_seconds - seconds, now_value - value))
        return True

    def _swap(self, old: Drawing, new: Drawing) -> None:
        """One step to take back, however far it is dragged."""
        code = self._panel.desk.watch.code
        if code is None or self.picked is None or new == self.picked:
            return
        if self.picked is not old:
            self.sketch.undo()
        self.picked = old if new == old else new
        self.sketch.swap(code, old, self.picked)
        self.draw(self._panel.desk.clock.now())

    def _place(self, kind: DrawingKind, place: QPointF) -> None:
        seconds, value = self._coordinates(place)
        pane = self._panel.chart.pane_at(place.y())
        if kind is DrawingKind.LEVEL and (pane is None or pane.name != "price"):
            self._guide("A level lies on the price: click in the uppermost pane. Esc leaves it.")
            return
        self._leave()
        self._add(made(kind, seconds, value))

    def _add(self, drawing: Drawing) -> None:
        code = self._panel.desk.watch.code
        if code is not None:
            self.sketch.add(code, drawing)
            self.picked = drawing
            self._keep(code)
            self.draw(self._panel.desk.clock.now())

    def _leave(self) -> bool:
        was = self._placing is not None or self.picked is not None
        self._placing, self.picked = None, None
        self._panel.chart.unsetCursor()
        self._guide("")
        self.draw(self._panel.desk.clock.now())
        return was

    def _guide(self, words: str) -> None:
        self._mark.hint = words
        self._panel.chart.unveil()
        self._panel.chart.flush()

    def _changed(self, code: str) -> None:
        self.picked = None
        self._keep(code)
        self.draw(self._panel.desk.clock.now())

    def _keep(self, code: str) -> None:
        desk = self._panel.desk
        desk.pending.watch(desk.commands.keep_drawings(code, self.sketch.of(code)))

    def _at(self, place: QPointF) -> Drawing | None:
        """The nearest drawing, if one is near."""
        view = self._panel.chart.view(self._panel.chart.pane("price"))
        near = [(distance(shape, view, place), one) for one, shape in self.shapes]
        near = [(far, one) for far, one in near if far <= _NEAR_PX]
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def _coordinates(self, place: QPointF) -> tuple[float, float]:
        view = self._panel.chart.view(self._panel.chart.pane("price"))
        return view.seconds(place.x()), view.value(place.y())

    def menu(self, place: QPointF) -> QMenu:
        menu = QMenu(self._panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        seconds, value = self._coordinates(place)
        zone = self._panel.desk.zone
        found, pane = self._at(place), self._panel.chart.pane_at(place.y())
        if found is not None:
            self.picked = found
            self.draw(self._panel.desk.clock.now())
            menu.addAction(f"Delete this {found.kind.value}", self.delete)
            menu.addSeparator()
        offered = [made(kind, seconds, value) for kind in (DrawingKind.MOMENT, DrawingKind.AVERAGE)]
        if pane is not None and pane.name == "price":
            offered.insert(0, made(DrawingKind.LEVEL, seconds, value))
        for one in offered:
            words = text.price(one.price) if one.at is None else text.clock(one.at, zone)
            where = "at" if one.kind is not DrawingKind.AVERAGE else "from"
            name = one.kind.value[0].upper() + one.kind.value[1:]
            menu.addAction(f"{name} {where} {words}", partial(self._add, one))
        menu.addAction("Keep the measured range", self.keep_range)
        menu.addAction(
            f"Cumulative delta from {text.clock(ns_of(seconds), zone)}", partial(self._anchor, seconds)
        )
        menu.addSeparator()
        menu.addAction("Undo", self.undo)
        return menu

    def _anchor(self, seconds: float) -> None:
        self._panel.apply_looks(self._panel.looks.with_value("anchor", Anchor.CHOSEN))
        self._panel.chart.clicked.emit(seconds)

    def _offer_actions(self) -> None:
        panel = self._panel
        table = (
            ("Chart: draw a level", ("Alt+H",), partial(self.begin, DrawingKind.LEVEL)),
            ("Chart: draw a moment", ("Alt+V",), partial(self.begin, DrawingKind.MOMENT)),
            ("Chart: draw an anchored VWAP", ("Alt+W",), partial(self.begin, DrawingKind.AVERAGE)),
            ("Chart: keep the measured range", ("Alt+R",), self.keep_range),
            ("Chart: delete the picked drawing", ("Del",), self.delete),
            ("Chart: undo the last drawing", ("Ctrl+Z",), self.undo),
            ("Chart: redo the last drawing", ("Ctrl+Shift+Z",), self.redo),
            ("Chart: delete all drawings", (), self.delete_all),
        )
        actions = [action(panel, words, act, keys) for words, keys, act in table]
        for one in actions[4:7]:
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        panel.addActions(actions)
        panel.controls.menu.addSection("Draw")
        panel.controls.menu.addActions(actions)
