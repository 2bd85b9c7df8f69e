"""Buying history: what and when, then the vendor's own price beside the budget, then the purchase itself.

Nothing is sent that costs money before the user has seen its price here.
"""

from datetime import timedelta
from typing import Final

from PySide6.QtCore import QDateTime, Qt, QTimeZone
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)

from app.domain.cost import Approval
from app.domain.history import ALL_SYMBOLS, HistoryQuote, HistoryWant
from app.domain.history_updates import Buying, HistoryChanged
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.units import MINUTE, SECOND, Ns, moment, ns
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.purchase_words import amount_typed, needs_reason, price_lines, verdict
from app.ui.widgets.keyed import Keyed

_VENDOR: Final = SourceId("databento")
_SCHEMAS: Final = (
    "trades", "mbp-1", "tbbo", "mbo", "mbp-10", "ohlcv-1s", "ohlcv-1m", "definition", "statistics",
)  # fmt: skip
_KINDS: Final = ("parent", "raw_symbol", "continuous", "instrument_id")
# what the vendor's history trails behind the market
_DELAY: Final = Ns(20 * MINUTE)


class HistoryForm(Dialog):
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(
            parent, "Buy history", "Buy history",
            "Closed history is kept once it is bought: only “Buy all” pays again for what is on the shelf.",
        )  # fmt: skip
        self._desk, self._closed = desk, False
        self._quote: HistoryQuote | None = None
        self.finished.connect(self._leave)
        self.drafts, self.schema, self.kind = QComboBox(), QComboBox(), QComboBox()
        self.symbols = QLineEdit("NQ.FUT")
        self.start, self.end = QDateTimeEdit(), QDateTimeEdit()
        self.ask = QPushButton("Ask the price")
        self.prices = Keyed("Price", desk.colours, middle_px=66)
        self.words, self.amount, self.reason = QLabel(""), QLineEdit(), QLineEdit()
        self.progress = QProgressBar()
        self.buy, self.buy_all = QPushButton("Buy missing"), QPushButton("Buy all")
        self.draft, self.leave = QPushButton("Save as draft"), QPushButton("Cancel")
        self._build()
        self._show_quote(None)
        desk.pending.watch(desk.commands.history_drafts(), self._fill_drafts, self._say)

    def want(self) -> HistoryWant | None:
        """What the fields say; None when that is no question."""
        start, end = _ns(self.start.dateTime()), _ns(self.end.dateTime())
        if end <= start:
            self._say("The range ends before it begins.")
            return None
        names = tuple(name.strip() for name in self.symbols.text().split(",") if name.strip())
        dataset = self._desk.settings.databento_dataset
        return HistoryWant(
            _VENDOR, dataset, self.schema.currentText(), names or (ALL_SYMBOLS,),
            self.kind.currentText(), Span(start, end),
        )  # fmt: skip

    def told(self, update: HistoryChanged) -> None:
        """How far the purchase is."""
        running = update.state is Buying.RUNNING
        self.progress.setVisible(running)
        if running:
            self.progress.setRange(0, max(1, update.files))
            self.progress.setValue(update.done)
            self.progress.setFormat(f"{update.done} of {update.files} · {update.bytes / 1e6:,.1f} MB")

    def _ask_price(self) -> None:
        want = self.want()
        if want is None:
            return
        self.ask.setEnabled(False)
        self._show_quote(None)
        self._say("Asking the vendor for the price, which costs nothing…")
        self._desk.pending.watch(self._desk.commands.price_history(want), self._show_quote, self._failed)

    def _show_quote(self, quote: HistoryQuote | None) -> None:
        if self._closed:
            return
        self._quote = quote
        self.ask.setEnabled(True)
        self.prices.show_lines(() if quote is None else price_lines(quote, self._desk.zone))
        self.prices.setVisible(quote is not None)
        self.amount.setVisible(quote is not None and quote.must_type and not quote.refused)
        self.reason.setVisible(quote is not None and needs_reason(quote))
        self.buy_all.setVisible(quote is not None and quote.whole is not None)
        if quote is not None:
            self._say(verdict(quote))
        self._allow()

    def _allow(self) -> None:
        """Only what may be bought has a button that can be pressed."""
        quote = self._quote
        fine = quote is not None and bool(quote.tags) and not quote.refused
        if fine and quote is not None and quote.must_type:
            fine = amount_typed(quote, self.amount.text())
        if fine and quote is not None and needs_reason(quote):
            fine = bool(self.reason.text().strip())
        self.buy.setEnabled(fine)
        self.buy_all.setEnabled(fine)

    def _buy(self, everything: bool) -> None:
        quote = self._quote
        if quote is None:
            return
        approval = Approval.TYPED if quote.must_type else Approval.USER
        for button in (self.buy, self.buy_all, self.ask, self.draft):
            button.setEnabled(False)
        self.leave.setText("Stop")
        self._say("Buying…")
        answer = self._desk.commands.buy_history(quote, approval, self.reason.text().strip(), everything)
        self._desk.pending.watch(answer, self._bought, self._failed)

    def _bought(self, files: tuple[str, ...]) -> None:
        count = len(files or ())
        self._desk.say(f"Bought: {count} files on the shelf. Replay them with --replay.")
        if not self._closed:
            self.accept()

    def _failed(self, sentence: str) -> None:
        if self._closed:
            self._desk.say(sentence)
            return
        self.leave.setText("Cancel")
        for button in (self.ask, self.draft):
            button.setEnabled(True)
        self.progress.hide()
        self._say(sentence)
        self._allow()

    def _stop_or_leave(self) -> None:
        if self.leave.text() == "Stop":
            self._say("Stopping. What was sent already may be billed.")
            self._desk.pending.watch(self._desk.commands.stop_buying())
        else:
            self.reject()

    def _save_draft(self) -> None:
        want = self.want()
        if want is not None:
            self._desk.pending.watch(
                self._desk.commands.save_draft(want), lambda _: self._say("Kept as a draft."), self._say
            )

    def _fill_drafts(self, wants: tuple[HistoryWant, ...] | None) -> None:
        if self._closed:
            return
        self.drafts.clear()
        self.drafts.addItem("New purchase")
        for want in wants or ():
            when = f"{moment(want.span.start):%d %b %Y %H:%M}"
            self.drafts.addItem(f"{want.schema} · {', '.join(want.symbols[:3])} · {when} UTC", want)
        self.drafts.setEnabled(bool(wants))

    def _take_draft(self, place: int) -> None:
        want = self.drafts.itemData(place)
        if isinstance(want, HistoryWant):
            self.schema.setCurrentText(want.schema)
            self.kind.setCurrentText(want.symbols_as)
            self.symbols.setText(", ".join(want.symbols))
            self.start.setDateTime(_shown(want.span.start))
            self.end.setDateTime(_shown(want.span.end))
            self._show_quote(None)

    def _say(self, words: str) -> None:
        if not self._closed:
            self.words.setText(words)

    def _leave(self, _: int) -> None:
        self._closed = True

    def _build(self) -> None:
        self.schema.addItems(list(_SCHEMAS))
        self.kind.addItems(list(_KINDS))
        end = moment(Ns(self._desk.clock.now() - _DELAY)).replace(minute=0, second=0, microsecond=0)
        for field, at in ((self.start, end - timedelta(hours=1)), (self.end, end)):
            field.setTimeZone(QTimeZone.utc())
            field.setDisplayFormat("yyyy-MM-dd HH:mm")
            field.setCalendarPopup(True)
            field.setDateTime(_shown(ns(at)))
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for words, widget in (
            ("Draft", self.drafts), ("Schema", self.schema), ("Symbols, with commas", self.symbols),
            ("Kind of symbol", self.kind), ("From (UTC)", self.start), ("Until (UTC)", self.end),
        ):  # fmt: skip
            form.addRow(words, widget)
            widget.setAccessibleName(words)
        for line, words in (
            (self.amount, "Type the amount in dollars"),
            (self.reason, "Why beyond the budget?"),
        ):
            line.setPlaceholderText(words)
            line.setAccessibleName(words)
            line.textChanged.connect(self._allow)
        self.words.setWordWrap(True)
        self.progress.hide()
        row = QHBoxLayout()
        for button in (self.buy, self.buy_all, self.draft):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.leave)
        self.leave.setAutoDefault(False)
        self.box.addLayout(form)
        for part in (self.ask, self.prices, self.words, self.amount, self.reason, self.progress):
            self.box.addWidget(part)
        self.box.addLayout(row)
        self.ask.setDefault(True)
        self.ask.clicked.connect(self._ask_price)
        self.buy.clicked.connect(lambda: self._buy(False))
        self.buy_all.clicked.connect(lambda: self._buy(True))
        self.draft.clicked.connect(self._save_draft)
        self.leave.clicked.connect(self._stop_or_leave)
        self.drafts.activated.connect(self._take_draft)
        self.setMinimumWidth(700)


def _ns(shown: QDateTime) -> Ns:
    return Ns(shown.toSecsSinceEpoch() * SECOND)


def _shown(at: Ns) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(at // SECOND, QTimeZone.utc())
