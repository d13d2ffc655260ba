"""Figures of our own: nobody's session is changed by them, and text in them reads as it was given.

They are made without pyplot, which keeps what it makes, opens windows, and has a backend that belongs to whoever imports us.
A notebook shows one as the value of a cell; `savefig` writes one to a file.
"""

from __future__ import annotations

import textwrap
import unicodedata
import warnings
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.axis import Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

ACROSS, UP = 24, 40
"""Letters of a line of labels below an axis, and beside one."""

LEGEND, SHORT = 50, 28
"""Letters up to which an entry of a legend is one line; and those of its lines, if one is longer."""


class Drawing(Figure):
    """A figure whose text is text: no mathematics between dollars, and what the font lacks is said in words."""

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        _as_given(self)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
            warnings.filterwarnings("ignore", "constrained_layout not applied", UserWarning)
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        """Return what a notebook shows."""
        kept = BytesIO()
        self.savefig(kept, format="png", dpi=100)
        return kept.getvalue()


def subplots(rows: int, columns: int, **options: Any) -> tuple[Figure, Any]:
    """Return a figure with panels, as `matplotlib.pyplot.subplots` does; lay it out, if nothing else is said, by constraints."""
    split = {name: options.pop(name) for name in ("sharex", "sharey", "squeeze", "width_ratios", "height_ratios") if name in options}
    figure = Drawing(**{"layout": "constrained", **options})
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **split)


def save(figure: Figure, path: Path | BytesIO, dpi: int = 150) -> None:
    """Write a figure as PNG, the same bytes every time, and close it if it is one of pyplot's."""
    import sys

    figure.savefig(path, format="png", dpi=dpi, metadata={"Software": None})
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close(figure)


def drawable(text: str) -> str:
    """Return text in which every letter can be drawn: what the font lacks is named."""
    return text if text.isascii() and text.replace("\n", "").isprintable() else "".join(map(_letter, text))


@cache
def _letter(letter: str) -> str:
    if letter == "\n":
        return letter
    kind = unicodedata.category(letter)
    if kind == "Cf" or 0xFE00 <= ord(letter) <= 0xFE0F:
        return ""  # joins letters or says how to draw them; of no meaning here
    if kind == "Cc":
        return letter.encode("unicode_escape").decode("ascii")
    from matplotlib.font_manager import FontProperties, findfont, get_font

    if get_font(findfont(FontProperties())).get_char_index(ord(letter)):
        return letter
    name = unicodedata.name(letter, "").lower() if kind.startswith("S") else ""
    return f"[{name or f'U+{ord(letter):04X}'}]"


def _as_given(figure: Figure) -> None:
    """Have all text of a figure drawn letter by letter."""
    for axes in figure.axes:
        for axis, most in ((axes.xaxis, ACROSS), (axes.yaxis, UP)):
            formatter = axis.get_major_formatter()
            if isinstance(formatter, FuncFormatter) and not isinstance(formatter, _Given):
                axis.set_major_formatter(_Given(formatter, most))
    # Labels of ticks are made anew by their formatters, those of numbers perhaps with mathematics.
    ticks = {id(label) for tick in figure.findobj(Tick) for label in (tick.label1, tick.label2)}
    for legend in figure.findobj(Legend):
        assert isinstance(legend, Legend)
        entries = [*legend.get_texts(), legend.get_title()]
        most = LEGEND if all(len(text.get_text()) <= LEGEND for text in entries) else SHORT
        for text in entries:
            text.set_text(_wrapped(drawable(text.get_text()), most))
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if id(text) not in ticks:
            text.set_parse_math(False)
            if (found := drawable(text.get_text())) != text.get_text():
                text.set_text(found)


class _Given(FuncFormatter):
    """Labels of ticks that somebody has given, in lines that are not too long."""

    def __init__(self, before: FuncFormatter, most: int) -> None:
        super().__init__(lambda x, place: _wrapped(drawable(before(x, place)), most).replace("$", r"\$"))
        self.set_offset_string(before.get_offset())


def _wrapped(text: str, most: int) -> str:
    return "\n".join(part for line in text.split("\n") for part in textwrap.wrap(line, most) or [""])
