"""Learn where NTEE codes lie in the issue space from mission statements; needs scikit-learn.

    python scripts/code_positions.py

reads data/irs_mission_statements/missions.csv and writes src/coalsim/field/data/ntee_positions.csv, which
is committed: running the model needs neither.

TF-IDF of the texts, truncated SVD, mean of the texts of each code and of each major group. The first
component of an SVD without centring is the average text, which every code is full of; the axes are the
twelve after it. A code with fewer than three texts is left out: its major group stands for it.
Major group Z (unknown) says nothing and is left out as well.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "data" / "irs_mission_statements" / "missions.csv"
TABLE = ROOT / "src" / "coalsim" / "field" / "data" / "ntee_positions.csv"

AXES = 12
MIN_WORDS = 8  # of a text
MIN_TEXTS = 3  # of a code


def table(texts: Path = TEXTS) -> str:
    """Return the table as CSV text: code, number of texts, position on each axis (six decimals)."""
    with texts.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if len(line["mission"].split()) >= MIN_WORDS and line["ntee_major"] != "Z"]
    words = TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=3).fit_transform(line["mission"] for line in lines)
    place = TruncatedSVD(AXES + 1, algorithm="arpack", random_state=0).fit_transform(words)[:, 1:]
    members: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        members[line["ntee_major"]].append(number)
        members[line["ntee"][:3]].append(number)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "texts", *(f"axis_{axis + 1}" for axis in range(AXES))])
    for code, numbers in sorted(members.items()):
        if len(code) == 1 or len(numbers) >= MIN_TEXTS:
            writer.writerow([code, len(numbers), *(f"{x:.6f}" for x in np.mean(place[numbers], axis=0))])
    return out.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    print(f"wrote {TABLE.relative_to(ROOT)}")
