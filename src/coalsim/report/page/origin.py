"""What was simulated, and from what: design and provenance of a sweep."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.counts import so_many
from coalsim.designs.factors import Groups, Range
from coalsim.report.page import markup
from coalsim.tables.labels import value_label, value_labels

if TYPE_CHECKING:
    from coalsim.sweep.results import Results

DESIGNS = {
    "grid": "full grid",
    "list": "listed scenarios",
    "latin_hypercube": "Latin hypercube",
    "sobol": "Sobol sequence",
    "saltelli": "Saltelli's design for Sobol indices",
    "morris": "Morris' trajectories",
}

_MANY = 12


def design(results: Results) -> str:
    """Return what was varied, what was not, and how far the sweep is."""
    sweep = results.sweep
    scenarios = len(sweep.scenarios())
    size = f"{so_many(scenarios, 'scenario')} x {so_many(sweep.replicates, 'replicate')} = {so_many(results.runs, 'run')}"
    added = len(sweep.points) if sweep.design != "list" else 0
    besides = f" and {so_many(added, 'further scenario')}" if added else ""
    of = f"{DESIGNS[sweep.design]}{besides}, {size}; seed {sweep.seed}"
    html = markup.text(of + ".")
    if results.runs_done < results.runs:
        share = results.runs_done / results.runs
        html += markup.warning(
            f"Unfinished: {results.runs_done:,} of {results.runs:,} runs ({share:.1%}) are there. What follows is of these alone; "
            "scenarios that were computed first are over-represented."
        )
    if sweep.factors:
        html += "<h3>Factors</h3>\n" + markup.listing((name, _levels(kind)) for name, kind in sweep.factors.items())
    changed = sweep.base.changed()
    html += "<h3>The base</h3>\n"
    if changed:
        values = markup.listing((k, _value(v)) for k, v in changed.items())
        if len(changed) > _MANY:
            return html + markup.details(f"{len(changed)} parameters that differ from the defaults", values)
        return html + markup.text("Parameters that differ from the defaults:") + values
    return html + markup.text("All other parameters are the defaults.")


def provenance(results: Results) -> str:
    """Return version, code, libraries, machine, data and times; and how to run it again."""
    manifest = results.manifest
    if manifest is None:
        return markup.text("These results are in memory only; nothing is known of where they come from.")
    software = manifest.software
    codes = list(dict.fromkeys([software.code, *(stretch.code for stretch in manifest.stretches)]))
    commit = software.commit or "not from a repository"
    rows = [
        ("coalsim", software.coalsim),
        ("commit", f"{commit}{' (with changes not committed)' if software.dirty else ''}"),
        ("code (digest of what has a part in results)", ", ".join(codes)),
        ("Python", software.python),
        ("libraries", ", ".join(f"{name} {version}" for name, version in software.packages.items())),
        ("processor", software.machine),
        ("blocks", f"{len(manifest.blocks):,}"),
    ]
    rows += [(f"data: {name}", digest) for name, digest in manifest.inputs.items()]
    for stretch in manifest.stretches:
        spent = f"{stretch.wall_seconds:,.0f} s ({stretch.cpu_seconds:,.0f} s of processor time)"
        time = f"{so_many(stretch.blocks, 'block')} in {spent}, {stretch.executor}"
        rows.append((f"computed {stretch.began}", time))
    html = markup.listing(rows)
    if len(codes) > 1:
        html += markup.warning("Parts of these results were computed with different versions of the code.")
    manifest_file = shlex.quote(str((results.folder or Path()).resolve() / "manifest.json"))
    again = f"coalsim sweep --from {manifest_file} --out {shlex.quote(f'{results.folder.resolve()}-again' if results.folder else 'again')}"
    return html + f"<p>To run it again: <code>{escape(again)}</code></p>\n"


def _levels(kind: Any) -> str:
    if isinstance(kind, Range):
        steps = f", {kind.steps} values" if kind.steps else ""
        return f"{value_label(kind.low)} to {value_label(kind.high)}{' (logarithmic)' if kind.log else ''}{steps}"
    if isinstance(kind, Groups):
        return "; ".join(f"{label}: {_settings(kind.groups[label])}" for label in kind.values)
    return ", ".join(label or '""' for label in value_labels(kind.values))


def _settings(group: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in group.items()) or "as the base"


def _value(value: Any) -> str:
    return value_label(value) if value != "" else '""'
