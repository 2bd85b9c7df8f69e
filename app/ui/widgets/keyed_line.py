"""One line beside a ring or gauge, as a value; without Qt, so that models can say it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """`swatch` names a colour or is empty; `right` is the figure, `middle` a fainter one before it."""

    words: str
    right: str
    middle: str = ""
    swatch: str = ""
    colour: str = "text"
    strong: bool = False
