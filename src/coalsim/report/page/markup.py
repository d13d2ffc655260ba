"""Pieces of HTML: text, tables, figures, a document. Everything is in the page itself; nothing is fetched."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from coalsim.tables.labels import value_label
from coalsim.tables.store import PAGE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
nav ul { columns: 2; padding-left: 1.2rem; }
figure { margin: 1rem 0; } figcaption { font-size: .9rem; padding: .3rem 0; }
img { max-width: 100%; height: auto; background: white; }
:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.wide { overflow-x: auto; background: linear-gradient(270deg, Canvas 50%, transparent) 100% 0 / 2.4rem 100% no-repeat local,
  linear-gradient(270deg, var(--line), transparent) 100% 0 / 1rem 100% no-repeat; }
.lead br { display: block; content: ""; margin-top: .4rem; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
td.text { white-space: normal; min-width: 10rem; }
th { font-weight: 600; } th:first-child, td:first-child, .text { text-align: left; }
.warning { border-left: .3rem solid #d55e00; padding: .3rem .8rem; background: var(--soft); }
code { overflow-wrap: anywhere; }
.lead { font-size: 1.15rem; border-left: .3rem solid #0072b2; padding: .3rem .9rem; background: var(--soft); }
details { margin: .8rem 0; border: 1px solid var(--line); border-radius: .3rem; padding: .3rem .8rem; }
summary { cursor: pointer; font-weight: 600; padding: .2rem 0; }
.forest ul { list-style: none; padding: 0; margin: 0; }
.forest li { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 4fr) minmax(0, 3fr); gap: .1rem .8rem; align-items: center; }
.forest li { padding: .3rem 0; border-bottom: 1px solid var(--line); }
.forest .told { font-size: .9rem; font-variant-numeric: tabular-nums; }
.track { position: relative; height: 1.1rem; background: linear-gradient(#888, #888) 50% 0 / 1px 100% no-repeat; }
.track i { position: absolute; top: .45rem; height: .2rem; min-width: 2px; background: #8889; }
.track b { position: absolute; top: .2rem; width: .7rem; height: .7rem; margin-left: -.35rem; border-radius: 50%; background: #888; }
.up b, .up i { background: #009e73; } .down b, .down i { background: #d55e00; }
@media (max-width: 40rem) { .forest li { grid-template-columns: 1fr; } .forest .track { margin: 0 .4rem; } }
@media (max-width: 40rem) {
  nav ul { columns: 1; padding-left: 0; list-style: none; } nav a { display: block; padding: .55rem 0; } summary { padding: .6rem 0; }
  h1 { font-size: 1.6rem; } h2 { margin-top: 1.8rem; } .lead { font-size: 1.05rem; margin: .6rem 0; } details { padding: .1rem .6rem; }
  th { white-space: normal; } th, td { padding: .25rem .4rem; } td.text { min-width: 6rem; }
}
@media print { nav { display: none; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } body { max-width: none; } }
"""


def text(*paragraphs: str) -> str:
    """Return paragraphs of plain text."""
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs)


def warning(said: str) -> str:
    """Return a paragraph that must not be overlooked."""
    return f'<p class="warning" role="note">{escape(said)}</p>\n'


def lead(*sentences: str) -> str:
    """Return the conclusion of a page."""
    return f'<p class="lead">{"<br> ".join(map(escape, sentences))}</p>\n'


def heading(said: str) -> str:
    """Return a heading within a section."""
    return f"<h3>{escape(said)}</h3>\n"


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as a list."""
    items = "".join(f"<li>{escape(sentence)}</li>\n" for sentence in sentences)
    return f"<ul>\n{items}</ul>\n"


def details(summary: str, html: str) -> str:
    """Return HTML that is folded away until the reader opens it."""
    return f"<details>\n<summary>{escape(summary)}</summary>\n{html}</details>\n"


class Bar(NamedTuple):
    """A row of a forest: what it is, a difference with its interval, and what to say of it."""

    label: str
    value: float
    low: float
    high: float
    said: str


def reach_of(rows: Sequence[Bar]) -> float:
    """Return how far from 0 a forest of these rows goes."""
    return max([1e-9, *(abs(end) for row in rows for end in (row.low, row.high, row.value))])


def forest(rows: Sequence[Bar], caption: str, reach: float = 0.0) -> str:
    """Return differences with intervals as a figure that is as wide as the page, telephone or desk, light or dark.

    Parameters
    ----------
    rows
        From above.
    caption
        What is seen, in words.
    reach
        How far from 0 it goes; as far as the rows do if it is 0.
    """
    most = reach or reach_of(rows)

    def at(value: float) -> float:
        return 50 + 50 * value / most

    lines = []
    for row in rows:
        kind = "up" if row.low > 0 else "down" if row.high < 0 else "open"
        ends = f'<i style="left:{at(row.low):.1f}%;width:{at(row.high) - at(row.low):.1f}%"></i><b style="left:{at(row.value):.1f}%"></b>'
        text = f"{row.value:+.0f} ({row.low:+.0f} to {row.high:+.0f}), {row.said}"
        lines.append(
            f'<li class="{kind}"><span class="what">{escape(row.label)}</span><span class="track" aria-hidden="true">{ends}</span>'
            f'<span class="told">{escape(text)}</span></li>\n'
        )
    return f'<figure class="forest"><ul>\n{"".join(lines)}</ul><figcaption>{escape(caption)}</figcaption></figure>\n'


def listing(items: Iterable[tuple[str, str]]) -> str:
    """Return pairs of name and value as a table of two columns."""
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td class="text">{escape(value)}</td></tr>\n' for name, value in items)
    return f'<div class="wide"><table>\n{rows}</table></div>\n'


def table(frame: pd.DataFrame, caption: str, texts: Sequence[str] = ()) -> str:
    """Return a table with a caption; columns in `texts` are set to the left."""
    names = [str(name) for name in frame.columns]
    marks = {name: ' class="text"' if name in texts else "" for name in names}
    head = "".join(f'<th scope="col"{marks[name]}>{escape(name.replace("_", " "))}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td{marks[name]}>{escape(cell(value))}</td>" for name, value in zip(names, row, strict=True)) + "</tr>\n"
        for row in frame.itertuples(index=False, name=None)
    )
    # The caption stands outside of what scrolls, so that it is never cut off.
    opening = (
        f'<figure class="table"><figcaption>{escape(caption)}</figcaption>\n<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n'
    )
    return f"{opening}<tbody>\n{body}</tbody></table></div></figure>\n"


def figure(drawn: Figure, caption: str) -> str:
    """Return a figure, inside the page, and close it; the caption says in words what is seen."""
    from coalsim.report import drawing

    kept = BytesIO()
    drawing.save(drawn, kept, dpi=110)
    said = escape(caption, quote=True)
    image = b64encode(kept.getvalue()).decode("ascii")
    return f'<figure><img alt="{said}" src="data:image/png;base64,{image}"><figcaption>{said}</figcaption></figure>\n'


def document(title: str, sections: Sequence[tuple[str, str]], conclusion: str = "") -> str:
    """Return the page: its conclusion, a contents list and sections, each a heading and its HTML."""
    contents = "".join(f'<li><a href="#{anchor(heading)}">{escape(heading)}</a></li>\n' for heading, _ in sections)
    body = "".join(_section(heading, html) for heading, html in sections)
    meta = f'<meta charset="utf-8">\n{PAGE}\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f"{meta}\n<title>{escape(title)}</title>\n<style>{STYLE}</style>"
    nav = f'<nav aria-label="Contents"><ul>\n{contents}</ul></nav>'
    main = f"<main>\n<h1>{escape(title)}</h1>\n{conclusion}{nav}\n{body}</main>"
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{main}\n</body>\n</html>\n'


def _section(heading: str, html: str) -> str:
    name = anchor(heading)
    return f'<section id="{name}" aria-labelledby="{name}-h">\n<h2 id="{name}-h">{escape(heading)}</h2>\n{html}</section>\n'


def anchor(heading: str) -> str:
    """Return a heading as the name of a place in the page."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in heading.lower()).split())


def cell(value: Any) -> str:
    """Return a cell's value as people write it; nothing where there is none."""
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return ""
    return value_label(value)


def plus_minus(value: float, low: float, high: float) -> str:
    """Return a number and its interval, rounded to what half the interval supports (two digits of it); alone if it never varied."""
    from math import floor, isfinite, log10

    half = (high - low) / 2
    if not isfinite(value):
        return ""
    if not isfinite(half):
        return f"{value_label(float(f'{value:.3g}'))} (no interval)"
    if half <= 0:
        return value_label(float(f"{value:.3g}"))
    digits = max(0, 1 - floor(log10(half)))
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
