# Two commands for a newcomer: `make demo` and `make test`. Both set everything up in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint format clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
STATIC := node_modules/.set-up

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

setup: $(STAMP) $(STATIC)  ## everything into .venv, once

# The stamp is written last, so that a broken set-up is begun anew. Pins are complete
# (requirements.lock), hence --no-deps: nothing is resolved, nothing else is fetched.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --no-build-isolation --editable .
	$(BIN)/python -m skolnat.network.warm
	@touch $@

# What the pages load: fetched from npm once, by the node that PyPI brings.
$(STATIC): $(STAMP) package.json package-lock.json tools/build_static.py
	$(BIN)/python tools/build_static.py
	@touch $@

serve: setup  ## the programme on http://127.0.0.1:8000, filled on the first run
	$(BIN)/skolnat-web serve

demo: setup  ## the main job on Päijänne-Tavastland; prints where the report lies
	$(BIN)/skolnat run examples/paijanne-tavastland.toml --out out/

lint: setup  ## style, types and the order of knowledge
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Catalogues are compiled before the tests part into processes.
test: lint  ## lint and all tests
	$(BIN)/python -m skolnat.web.command messages
	$(BIN)/pytest

format: setup  ## mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## back to a fresh clone
	rm -rf $(VENV) node_modules src/skolnat/web/static/vendor out dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src -name "*.mo" -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
