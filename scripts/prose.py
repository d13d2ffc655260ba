"""Wrap the prose of pages and notebooks at 120 characters, so that a change of a word is a change of a line.

Usage: python scripts/prose.py [--check]
Only paragraphs with a longer line are wrapped again. Tables, headings, code, what is generated (between markers such as
``<!-- columns:begin -->`` and ``<!-- columns:end -->``) and lines that cannot be broken, such as a long link, stay as they are.
With --check nothing is written; exit code 1 says that a line of prose is too long.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 120
PAGES = ("*.md", "docs/**/*.md", "*/README.md", "experiments/**/*.md", "data/*/README.md", "src/**/*.md")
NOTEBOOKS = ("notebooks/*.py", "experiments/*/analysis.py")
CELL = "# %% [markdown]"

_WHOLE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)|\]\([^)]*\)|<!--.*?-->", re.DOTALL)
"""What is never broken within: code, the target of a link, a comment."""
_TAKEN_FOR_MORE = re.compile(r"[-+*]$|#+$|>|=+$|-+$|\d+[.)]$|\||<|:::|```|~~~")
"""Words that would begin something else than a line of the paragraph: a list, a heading, a quotation."""
_GENERATED = re.compile(r"<!-- ([\w-]+):begin -->.*?<!-- \1:end -->", re.DOTALL)
_markdown = MarkdownIt("commonmark").enable("table")


def wrapped(text: str, width: int = WIDTH) -> str:
    """Return a page of Markdown with its paragraphs at most `width` characters wide; it is rendered as before.

    Raises
    ------
    ValueError
        If the page would not be rendered as before.
    """
    lines = text.split("\n")
    for start, end in reversed(list(_too_long(text, width))):
        paragraph = lines[start:end]
        if any(line.endswith(("  ", "\\")) for line in paragraph[:-1]):
            continue  # its lines are broken on purpose
        first = re.match(r"(?:[ >]|[-+*](?= )|\d+[.)](?= ))*", paragraph[0])
        assert first is not None
        further = re.sub(r"[^ >]", " ", first[0])
        words = _words(" ".join([paragraph[0][len(first[0]) :], *(line.lstrip(" >") for line in paragraph[1:])]))
        lines[start:end] = _fill(words, first[0], further, width)
    result = "\n".join(lines)
    if _rendered(result) != _rendered(text):
        raise ValueError("wrapping would change what is shown")
    return result


def _too_long(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of each paragraph that has a longer one, from and to."""
    lines = text.split("\n")
    generated = [(text.count("\n", 0, found.start()), text.count("\n", 0, found.end())) for found in _GENERATED.finditer(text)]
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type != "paragraph_open" or token.map is None:
            continue
        start, end = token.map
        if any(begin <= start <= last for begin, last in generated) or lines[start].lstrip().startswith(":::"):
            continue
        if any(len(line) > width for line in lines[start:end]):
            yield start, end


def _words(text: str) -> list[str]:
    """Return the pieces between which a line may end."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\0{len(kept) - 1}\0"

    words: list[str] = []
    for word in _WHOLE.sub(keep, text).split():
        whole = re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], word)
        # `parameter` (default) is read together by scripts/generate.py
        if words and (_TAKEN_FOR_MORE.match(whole) or (words[-1].endswith("`") and re.match(r"\(-?[.\d]", whole))):
            words[-1] += f" {whole}"
        else:
            words.append(whole)
    return words


def _fill(words: list[str], first: str, further: str, width: int) -> list[str]:
    """Return lines made of `words`, as full as they may be."""
    lines = [first + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(further + word)
    return lines


def _rendered(text: str) -> str:
    return re.sub(r"\s+", " ", _markdown.render(text))


def wrapped_notebook(text: str, width: int = WIDTH) -> str:
    """Return a notebook in the percent format with its cells of Markdown wrapped.

    Raises
    ------
    ValueError
        If a cell would not be rendered as before.
    """
    lines: list[str] = []
    cell: list[str] | None = None
    for line in [*text.split("\n"), "# %%"]:
        if cell is not None and line.startswith("#") and not line.startswith("# %%"):
            cell.append(line[2:])
            continue
        if cell is not None:
            lines += [f"# {wide}".rstrip() for wide in wrapped("\n".join(cell), width - 2).split("\n")] if cell else []
        cell = [] if line.startswith(CELL) else None
        lines.append(line)
    return "\n".join(lines[:-1])


def pages() -> dict[Path, Callable[[str], str]]:
    """Return every file of prose and what wraps it."""
    found: dict[Path, Callable[[str], str]] = {}
    for patterns, wrap in ((PAGES, wrapped), (NOTEBOOKS, wrapped_notebook)):
        for pattern in patterns:
            found |= dict.fromkeys(sorted(ROOT.glob(pattern)), wrap)
    return found


def main(arguments: list[str]) -> int:
    """Wrap the pages, or check them."""
    if set(arguments) - {"--check"}:
        print("usage: python scripts/prose.py [--check]", file=sys.stderr)
        return 2
    wrong = 0
    for path, wrap in pages().items():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        try:
            better = wrap(text)
        except ValueError as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            wrong += 1
            continue
        if better == text:
            continue
        if "--check" in arguments:
            print(f"{name}: prose in lines of more than {WIDTH} characters; run: make update")
            wrong += 1
        else:
            path.write_text(better, encoding="utf-8")
            print(f"wrapped {name}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
