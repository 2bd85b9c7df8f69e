"""One table of colours: each palette is a row, and every widget reads its colours from one of them."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours by what they mean. `up` and `down` are the sides of the market, `warn` asks for attention."""

    name: str
    is_dark: bool
    bg: str
    panel: str
    raised: str
    line: str
    row_line: str
    text: str
    dim: str
    faint: str
    up: str
    down: str
    warn: str
    info: str
    accent: str
    idle: str
    price: str
    selection: str
    on_tag: str
    frame: str
    """Colour of the mode frame."""


DARK: Final = Colours(
    name="dark",
    is_dark=True,
    bg="#0f1318",
    panel="#151a21",
    raised="#1b222b",
    line="#262f3a",
    row_line="#1d242d",
    text="#d6dde6",
    dim="#8794a3",
    faint="#56626f",
    up="#2fbf9b",
    down="#f0616d",
    warn="#e5b454",
    info="#5aa9e6",
    accent="#4c8dff",
    idle="#6b7785",
    price="#7fb2ff",
    selection="#223049",
    on_tag="#0b0f13",
    frame="#2fbf9b",
)

LIGHT: Final = Colours(
    name="light",
    is_dark=False,
    bg="#e9edf2",
    panel="#ffffff",
    raised="#f4f6f9",
    line="#d3dae2",
    row_line="#edf0f4",
    text="#1a2330",
    dim="#5b6878",
    faint="#8b97a5",
    up="#0b8f70",
    down="#cf3b48",
    warn="#a86d00",
    info="#1f78bd",
    accent="#2563d9",
    idle="#7c8896",
    price="#2f6fd6",
    selection="#dbe7fb",
    on_tag="#ffffff",
    frame="#0b8f70",
)

COLOUR_BLIND: Final = replace(
    DARK, name="colour-blind", up="#4f9dff", down="#f39a3d", warn="#f2d75c", info="#9fc8f2", price="#c3cbd6",
    accent="#4f9dff", frame="#4f9dff",
)  # fmt: skip

PALETTES: Final = {palette.name: palette for palette in (DARK, LIGHT, COLOUR_BLIND)}

# Each mode has a frame of its own; demo changes the accents and surfaces too, so that no glance mistakes it.
_FRAMES: Final = {
    "DELAYED": ("#e5b454", "#a86d00"),
    "REPLAY": ("#5aa9e6", "#1f78bd"),
    "DEMO": ("#b07cff", "#7a3fe0"),
}


def _demo(base: Colours) -> Colours:
    if not base.is_dark:
        return replace(base, bg="#ece7f6", accent="#7a3fe0", selection="#e6dbfb", price="#7a3fe0")
    return replace(
        base, bg="#13101c", panel="#191623", raised="#211d2e", line="#302a41", row_line="#221e2f",
        accent="#a274ff", selection="#33284f", price="#c3a6ff",
    )  # fmt: skip


def colours_for(theme: str, mode: str) -> Colours:
    """The palette of a theme in a mode. An unknown theme is the dark one."""
    colours = PALETTES.get(theme, DARK)
    if mode in _FRAMES:
        dark_frame, light_frame = _FRAMES[mode]
        colours = replace(colours, frame=dark_frame if colours.is_dark else light_frame)
    return _demo(colours) if mode == "DEMO" else colours
