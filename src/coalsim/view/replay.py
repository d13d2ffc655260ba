"""A run as one file that replays anywhere: no server, no network. The drawing is that of the page."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from coalsim.view.frames import Recording

STATIC = Path(__file__).parent / "static"


def page(recording: Recording) -> str:
    """Return a recording as one self-contained HTML file."""
    html = inlined((STATIC / "replay.html").read_text(encoding="utf-8"))
    title = escape(recording.header["title"] or "A run")
    return html.replace("{{title}}", title, 1).replace("{{recording}}", recording.json(), 1)


def inlined(html: str) -> str:
    """Return a page with the style sheets and scripts that stand beside it put into it."""

    def style(found: re.Match[str]) -> str:
        return f"<style>\n{(STATIC / found[1]).read_text(encoding='utf-8')}</style>"

    def script(found: re.Match[str]) -> str:
        return f"<script>\n{(STATIC / found[1]).read_text(encoding='utf-8')}</script>"

    html = re.sub(r'<link rel="stylesheet" href="([\w.-]+)">', style, html)
    return re.sub(r'<script src="([\w.-]+)"></script>', script, html)
