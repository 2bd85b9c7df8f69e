"""The month's cost on screen: outer arc the total against the budget, inner arc the money left to choose."""

from typing import ClassVar

from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.cost import MonthCost, Recommendation
from app.domain.units import MicroUsd, Ns
from app.domain.updates import CostAlerted, CostChanged, HistoryChanged, Update
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.cost.burn import BurnChart
from app.ui.panels.cost.deeds import MoneyDeeds
from app.ui.panels.cost.model import (
    MOST_ADVICE,
    STATUS_COLOURS,
    advice_tip,
    advice_words,
    alert_colour,
    alert_words,
    basis_words,
    billed_words,
    drifts,
    forecast_words,
    lines,
    parts,
    pot_words,
    shares,
    spent,
    stack,
)
from app.ui.theme import font
from app.ui.widgets.badge import Badge
from app.ui.widgets.empty import Empty
from app.ui.widgets.keyed import Keyed
from app.ui.widgets.ring import Arc, Ring
from app.ui.widgets.stack import Stack

_BAND_ALPHA = 70
# to be read from two metres: 30 px are 8 mm on an ordinary screen
_FIGURE_PX = 30
_STATUS_PX = 20
_WIDE_PX = 430
_SMALL_FIGURE_PX = 22
_FULL_PX = 125
_LEAST = (200, 84)
_CHART_PX = 270
_PARTS_PX = 430


class CostPanel(Panel):
    TEXTS_MS: ClassVar = 500
    WANTS: ClassVar = (CostChanged, CostAlerted, HistoryChanged)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Data cost", desk)
        self._cost: MonthCost | None = None
        self._alerted: CostAlerted | None = None
        self.gauge = Ring("Cost of this month", desk.colours, sweep=270.0, first=225.0)
        self.figure, self.words, self.pot, self.advice = QLabel(), QLabel(), QLabel(), QLabel()
        self.status, self.alerts = QLabel(), QLabel()
        self.figure.setFont(font(_FIGURE_PX, QFont.Weight.DemiBold))
        # half a figure would be another one
        self.figure.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.status.setFont(font(_STATUS_PX, QFont.Weight.DemiBold))
        self.by_source = Keyed("Cost by source", desk.colours)
        self.simulated = Badge()
        self.burn = BurnChart(desk.colours)
        self.parts = Keyed("What made the month", desk.colours)
        self.stack = Stack("What made the month", desk.colours)
        self.billed = QLabel()
        self.use_advice = QPushButton("Apply")
        self.deeds = MoneyDeeds(self, desk)
        for label in (self.words, self.pot, self.advice, self.billed, self.alerts):
            label.setWordWrap(True)
        self.use_advice.setToolTip("Changes the setting that this advice is about")
        self.use_advice.clicked.connect(self._apply_advice)
        self._empty = Empty(
            "No month yet",
            "The ledger says here what the sources cost: fixed fees, metered use, and a forecast.",
        )
        self._build()

    def apply(self, update: Update) -> None:
        if isinstance(update, CostChanged):
            self._cost = update.cost
        elif isinstance(update, CostAlerted):
            self._alerted = update
        elif isinstance(update, HistoryChanged):
            self.deeds.told(update)

    def draw_texts(self, now: Ns) -> None:
        cost = self._cost
        self._stack.setCurrentIndex(0 if cost is None else 1)
        if cost is None:
            self.hint("")
            return
        self.hint(f"{cost.month} · {cost.status.value}")
        self._say(self.figure, f"{text.money(MicroUsd(spent(cost)))}", "text")
        self._say(self.status, cost.status.value, STATUS_COLOURS[cost.status])
        self._say(self.alerts, alert_words(self._alerted, self.desk.zone), alert_colour(self._alerted))
        state = "" if self._wide else f"{cost.status.value} · "
        of_budget = f"{state}of {text.money(cost.budget, 0)} · {forecast_words(cost)}"
        self._say(self.words, of_budget, STATUS_COLOURS[cost.status])
        self.words.setToolTip(basis_words(cost))
        self._say(self.pot, pot_words(cost), "dim")
        self._say(self.advice, advice_words(cost), "warn")
        self.advice.setToolTip(advice_tip(cost))
        self._say(self.billed, billed_words(cost), "warn" if drifts(cost) else "dim")
        self._fit()
        self.by_source.show_lines(lines(cost))
        self.parts.show_lines(parts(cost))
        self.stack.show_shares(stack(cost))
        self.burn.show_month(cost)
        colours = self.desk.colours
        self.simulated.say("simulated" if cost.simulated else "", colours.frame, colours.on_tag)
        self._draw_gauge(cost)

    def recolour(self) -> None:
        for widget in (self.gauge, self.by_source, self._empty, self.burn, self.parts, self.stack):
            widget.recolour(self.desk.colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the details give way to the figure."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.advice.setVisible(self.height() >= _CHART_PX and bool(self.advice.text()))
        self.alerts.setVisible(self.height() >= _FULL_PX and bool(self.alerts.text()))
        self.pot.setVisible(self.height() >= _FULL_PX - 25)
        self._fit_figure()
        cost = self._cost
        tall, taller = self.height() >= _CHART_PX, self.height() >= _PARTS_PX
        self.burn.setVisible(tall and cost is not None and bool(cost.days or cost.fan))
        self.parts.setVisible(taller and cost is not None and bool(cost.parts))
        self.stack.setVisible(self.parts.isVisible())
        self.by_source.setVisible(self.height() >= _FULL_PX and not self.parts.isVisible())
        self.billed.setVisible(tall and bool(self.billed.text()))
        self.deeds.row.setVisible(tall)
        advice = self._to_apply()
        self.use_advice.setVisible(self.advice.isVisible() and advice is not None)
        if advice is not None and self.use_advice.text() != (words := f"Apply: {advice.rule}"):
            self.use_advice.setText(words)

    def _fit_figure(self) -> None:
        """As large as the panel allows; a narrow one has the state in smaller letters below."""
        self.status.setVisible(self._wide)
        px = _FIGURE_PX if self._wide else _SMALL_FIGURE_PX
        if self.figure.font().pixelSize() != px:
            self.figure.setFont(font(px, QFont.Weight.DemiBold))

    @property
    def _wide(self) -> bool:
        return self.width() >= _WIDE_PX

    def _to_apply(self) -> Recommendation | None:
        """The first advice on screen with a change that was not made yet."""
        shown = () if self._cost is None else self._cost.recommendations[:MOST_ADVICE]
        return next((advice for advice in shown if self._is_open(advice)), None)

    def _is_open(self, advice: Recommendation) -> bool:
        if advice.setting is None:
            return False
        name, value = advice.setting
        return getattr(self.desk.settings, name, value) != value

    def _apply_advice(self) -> None:
        advice = self._to_apply()
        if advice is not None and advice.setting is not None:
            name, value = advice.setting
            self.desk.pending.watch(
                self.desk.commands.change_setting(name, value),
                lambda _: self.desk.say(f"{name} is now {value}."),
            )

    def _draw_gauge(self, cost: MonthCost) -> None:
        total, free = shares(cost)
        arcs: list[Arc] = []
        if total is not None:
            top = max(cost.budget, spent(cost), cost.forecast or 0)
            notice = min(1.0, cost.notice / top)
            arcs.append(Arc(notice, max(0.0, cost.budget / top - notice), "warn", alpha=_BAND_ALPHA))
            arcs.append(Arc(0.0, min(1.0, cost.fixed / top), "info"))
            arcs.append(Arc(min(1.0, cost.fixed / top), min(1.0, cost.metered / top), "accent"))
            if cost.forecast is not None and cost.forecast > spent(cost):
                extra = (cost.forecast - spent(cost)) / top
                arcs.append(Arc(spent(cost) / top, extra, "accent", alpha=_BAND_ALPHA))
        if free is not None:
            arcs.append(Arc(0.0, min(1.0, free), STATUS_COLOURS[cost.status], ring=1))
        self.gauge.show_arcs(tuple(arcs), text.percent(total), "of budget")
        self.gauge.setToolTip(
            f"outer arc: fixed {text.money(cost.fixed)}, metered {text.money(cost.metered)}, "
            f"of {text.money(cost.budget)}; shaded from {text.money(cost.notice, 0)} (notice) to the budget\n"
            f"inner arc: metered + reserved {text.money(MicroUsd(cost.metered + cost.reserved))} "
            f"of the {text.money(cost.discretionary)} that fixed fees leave"
        )

    def _say(self, label: QLabel, words: str, colour: str) -> None:
        if label.text() != words:
            label.setText(words)
        ink = QColor(getattr(self.desk.colours, colour))
        palette = label.palette()
        if palette.color(label.foregroundRole()) != ink:
            palette.setColor(label.foregroundRole(), ink)
            label.setPalette(palette)

    def _build(self) -> None:
        full, pages, head_row = QWidget(), QWidget(), QWidget()
        page = QVBoxLayout(full)
        page.setContentsMargins(14, 0, 14, 8)
        page.setSpacing(6)
        outer = QHBoxLayout(head_row)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(16)
        outer.addWidget(self.gauge)
        column = QVBoxLayout()
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.figure)
        head.addWidget(self.status)
        head.addStretch(1)
        head.addWidget(self.simulated)
        column.addStretch(1)
        column.addLayout(head)
        advice = QHBoxLayout()
        advice.addWidget(self.advice, 1)
        advice.addWidget(self.use_advice)
        for widget in (self.words, self.pot):
            column.addWidget(widget)
        column.addWidget(self.by_source)
        column.addStretch(1)
        outer.addLayout(column, 1)
        page.addWidget(head_row)
        page.addWidget(self.alerts)
        page.addLayout(advice)
        page.addWidget(self.burn, 1)
        for part in (self.stack, self.parts, self.billed, self.deeds.row):
            page.addWidget(part)
        self._stack = QStackedLayout(pages)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(full)
        # a low panel hides its details; they must not keep it from becoming low
        pages.setMinimumSize(*_LEAST)
        self.box.addWidget(pages)
