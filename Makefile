# make demo   environment, then a sweep of the Vermont field: a table and a figure
# make test   environment, then the fast test suite
# make check  lint, types, generated files, the width of prose, doctests
# make docs   the documentation as web pages, with the notebooks run: out/site/index.html
# make update all that is generated, written again: configurations, schemas, tables and pictures of pages; long lines of prose wrapped
# make bench  benchmarks: rates and ratios, in one run

PYTHON ?= python3
VENV ?= .venv
PYTEST_WORKERS ?= 2
BIN := $(VENV)/bin

.PHONY: demo test slow check docs bench update clean
.DELETE_ON_ERROR:

# What a user needs, pinned; each stamp is newer than all it was made from.
$(VENV)/run.stamp: pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python >= 3.11 is needed: make PYTHON=python3.11 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.txt -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.txt -e ".[dev]"
	@touch $@

$(VENV)/docs.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.txt -e ".[docs]"
	@touch $@

demo: $(VENV)/run.stamp
	$(BIN)/coalsim sweep configs/sweeps/vermont.toml --out out/demo --overwrite --workers 2

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -n $(PYTEST_WORKERS) -m "not slow"

slow: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -n $(PYTEST_WORKERS) -m slow

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_types.py
	$(BIN)/python scripts/generate.py --check
	$(BIN)/python scripts/verdicts.py --check
	$(BIN)/python scripts/prose.py --check
	$(BIN)/python -m pytest -q --doctest-modules --doctest-glob='*.md' src README.md docs

docs: $(VENV)/docs.stamp
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python scripts/site.py

$(VENV)/bench.stamp: $(VENV)/dev.stamp benchmarks/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.txt -r benchmarks/requirements.txt
	@touch $@

bench: $(VENV)/bench.stamp
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

update: $(VENV)/run.stamp
	$(BIN)/python scripts/generate.py
	$(BIN)/python scripts/verdicts.py
	$(BIN)/python scripts/prose.py

clean:
	rm -rf $(VENV) out
