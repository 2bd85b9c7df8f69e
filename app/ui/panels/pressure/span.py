"""The stretch of time on the chart: follows the market until the user looks elsewhere. No Qt."""

from typing import Final

SHORTEST_S: Final = 30.0
LONGEST_S: Final = 4 * 86_400.0
_MARGIN: Final = 0.02
_FALLEN_BEHIND: Final = 0.6
"""Share of the span without a trade after which following shows the newest trades instead of emptiness."""


class Span:
    def __init__(self, seconds: float) -> None:
        self._home = self._seconds = _clamped(seconds)
        self._right: float | None = None
        self._from: float | None = None

    @property
    def following(self) -> bool:
        return self._right is None

    @property
    def seconds(self) -> float:
        return self._seconds

    def window(self, now: float, last: float | None, pixels: int) -> tuple[float, float]:
        """Left and right edge. While following it moves by whole pixels, so that axes rest between."""
        if self._right is not None:
            return self._right - self._seconds, self._right
        end = now if last is None or now - last < self._seconds * _FALLEN_BEHIND else last
        if self._from is not None and self._from < end:
            self._seconds = _clamped((end - self._from) * (1 + _MARGIN))
        step = max(1e-3, self._seconds / max(1, pixels))
        right = (end + self._seconds * _MARGIN) // step * step + step
        return right - self._seconds, right

    def show(self, seconds: float) -> None:
        """A preset: this long, following."""
        self._from, self._right = None, None
        self._home = self._seconds = _clamped(seconds)

    def show_from(self, start: float) -> None:
        """Everything since a moment, following."""
        self._from, self._right = start, None

    def zoom(self, factor: float, at: float, window: tuple[float, float]) -> None:
        """`at` stays where it is; while following, the right edge does."""
        self._from = None
        seconds = _clamped(self._seconds * factor)
        if self._right is not None:
            share = (at - window[0]) / max(1e-9, window[1] - window[0])
            self._right = at + (1 - share) * seconds
        self._seconds = seconds

    def pan(self, seconds: float, window: tuple[float, float], now: float) -> None:
        """Away from the newest data stops following; beyond it starts again."""
        self._from = None
        right = window[1] - seconds
        self._right = None if right >= now + self._seconds * _MARGIN else right

    def reset(self) -> None:
        self._from, self._right, self._seconds = None, None, self._home

    def follow(self) -> None:
        self._right = None

    def look_at(self, moment: float) -> None:
        """A moment of the past in the middle."""
        self._from, self._right = None, moment + self._seconds / 2

    def stay(self, window: tuple[float, float]) -> None:
        self._from, self._right = None, window[1]


def _clamped(seconds: float) -> float:
    return min(LONGEST_S, max(SHORTEST_S, seconds))
