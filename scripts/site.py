"""Build the documentation as web pages: out/site/index.html.

Usage: python scripts/site.py [--no-execute]
The pages are docs/*.md, the READMEs of experiments, configurations and data, and the notebooks, which are run. They are copied to
out/site-source in the order they have in the repository, so that links between them hold in both places. Warnings are errors,
and so is a link to a page, a place on a page or a picture that is not there. With --no-execute notebooks are shown without output.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from coalsim import experiments
from coalsim.experiments.verdicts import read_before

ROOT = Path(__file__).resolve().parents[1]
SOURCE, SITE, TREES = (ROOT / "out" / name for name in ("site-source", "site", "site-trees"))
PAGES = (
    "docs/**/*.md",
    "docs/**/*.png",
    "docs/conf.py",
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "configs/**/*.*",
    "data/*/README.md",
    "data/*/*LICENSE*",
    "data/irs_vermont_501c3/organizations.csv",
    "experiments/*/*.*",
    "results/**/*.*",
    "notebooks/*.py",
    "examples/*.py",
)
SHOWN_FIRST = 1
"""How many figures of an experiment the gallery shows; its own page has all."""


def main(arguments: list[str]) -> int:
    """Build the pages and check their links; 0 if all is well."""
    if set(arguments) - {"--no-execute"}:
        print("usage: python scripts/site.py [--no-execute]", file=sys.stderr)
        return 2
    assemble()
    environment = {**os.environ, "COALSIM_DOCS_EXECUTE": "off" if "--no-execute" in arguments else "force"}
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(TREES)]
    done = subprocess.run([*command, "-c", str(SOURCE / "docs"), str(SOURCE), str(SITE)], env=environment, check=False)
    if done.returncode:
        return done.returncode
    wrong = sorted(set(broken(SITE)))
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(f"wrote {SITE / 'index.html'}: {len(list(SITE.rglob('*.html')))} pages, all links within them hold")
    return int(bool(wrong))


def assemble() -> None:
    """Copy what the pages are made of, and write those that are generated."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.rmtree(TREES, ignore_errors=True)
    for pattern in PAGES:
        for path in ROOT.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                target = SOURCE / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    for notebook in SOURCE.glob("experiments/*/analysis.py"):
        if not (SOURCE / "results" / notebook.parent.name).is_dir():
            notebook.unlink()  # a study that was not run yet has nothing to show
    index = (SOURCE / "docs" / "index.md").read_text(encoding="utf-8")
    names = sorted(path.relative_to(SOURCE).with_suffix("").as_posix() for path in SOURCE.glob("docs/*.md"))
    further = [name for name in names if f"\n{name}\n" not in index and name != "docs/index"]
    if further:
        index += "\n".join(("\n```{toctree}", ":hidden:", ":caption: Further pages", "", *further, "```\n"))
    (SOURCE / "docs" / "index.md").unlink()
    (SOURCE / "index.md").write_text(index, encoding="utf-8")
    (SOURCE / "docs" / "gallery.md").write_text(gallery(), encoding="utf-8")
    for page in SOURCE.rglob("*.md"):
        page.write_text(_to_pages(page), encoding="utf-8")


def _to_pages(page: Path) -> str:
    """Return the text of a page with links to folders leading to the README in them, as they do where the repository is browsed."""
    text = page.read_text(encoding="utf-8")
    for piece in text.split("](")[1:]:
        target = piece.partition(")")[0]
        if target and "://" not in target and (page.parent / target / "README.md").is_file():
            text = text.replace(f"]({target})", f"]({target.rstrip('/')}/README.md)")
    return text


def gallery() -> str:
    """Return the page of all experiments: the question, a figure, what came out."""
    lines = [
        "# Gallery",
        "",
        "Every experiment that comes with coalsim: its question, one of its committed figures and what became of its targets.",
        "Each has a page with its rules, its numbers and all of its figures.",
    ]
    heads = {"study": "## Studies: what pays in this model", "published": "## Published experiments, run again"}
    for kind, head in heads.items():
        lines += ["", head]
        for name in experiments.available(ROOT / "experiments", kind):
            experiment = experiments.load(name, ROOT / "experiments")
            lines += ["", f"### {experiment.title}", "", experiment.summary]
            figures = sorted((ROOT / "results" / name).glob("*.png"))
            text = (experiment.folder / "README.md").read_text(encoding="utf-8")
            figures.sort(key=lambda path: text.find(path.name) if path.name in text else len(text))  # the README's order
            for figure in figures[:SHOWN_FIRST]:
                lines += ["", f"![A figure of {experiment.title}](../results/{name}/{figure.name})"]
            before = read_before(ROOT / "results" / name)
            words = [] if before is None else list(before.words.values())
            tally = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words)) or "no committed results yet"
            lines += ["", f"{len(experiment.targets)} targets: {tally}. [Rules, numbers, figures](../experiments/{name}/README.md)"]
    return "\n".join(lines) + "\n"


class Links(HTMLParser):
    """What a page refers to, and the places on it that can be referred to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the references and the name of one element."""
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        source = given.get("href") if tag == "link" else given.get("src") if tag in ("script", "img", "iframe") else None
        if source:
            self.fetched.append(source)


def broken(site: Path) -> Iterator[str]:
    """Yield a line for each reference to what is not there, and for each thing that a page would fetch from a network."""
    pages: dict[Path, Links] = {}
    for path in site.rglob("*.html"):
        pages[path.resolve()] = page = Links()
        page.feed(path.read_text(encoding="utf-8"))
    for path, page in pages.items():
        where = path.relative_to(site.resolve())
        yield from (f"{where}: fetches {source} from a network" for source in page.fetched if urlsplit(source).netloc)
        for link in (*page.links, *page.fetched):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield f"{where}: {link} is not there"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                yield f"{where}: {link}: there is no such place on that page"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
