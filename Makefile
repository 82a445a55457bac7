# The words of this project. `make demo` and `make test` do all the set-up by themselves.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# Floors 0 to 4: what judges. Every branch of them is covered; each other module may lack a little.
CORE := */errors.py,*/model/*,*/wire/*,*/rules/*,*/diagnosis.py,*/respond.py,*/grouping.py,*/topology.py,*/judging.py,*/ways.py,*/correlate.py
CORE := $(CORE),*/fingerprint.py,*/rhythm.py,*/sketch.py,*/tally.py,*/fail2ban.py,*/platforms.py,*/guard/*
REST := 95

.DEFAULT_GOAL := help
.PHONY: help demo test style types floors docs lab bench fuzz clean

help: ## these words
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@echo "==> setting up $(VENV) (once; needs the network)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wsdoctor needs Python 3.11 or later, this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q src
	@touch $@

demo: $(READY) ## play the founding incident and write its report
	@$(BIN)/wsdoctor demo

test: $(READY) ## the tests, with coverage
	@echo "==> tests"
	@$(BIN)/python -m pytest --numprocesses auto --cov --cov-report=
	@echo "==> coverage of the core, every branch"
	@$(BIN)/python -m coverage report --include='$(CORE)' --fail-under=100 --skip-covered
	@echo "==> coverage of the rest"
	@$(BIN)/python -m coverage report --omit='$(CORE)' --skip-covered
	@$(BIN)/python tests/least_coverage.py $(REST) '$(CORE)'

style: $(READY) ## formatting and lint
	@echo "==> style"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(READY) ## mypy --strict
	@echo "==> types"
	@$(BIN)/mypy

floors: $(READY) ## what may import what
	@echo "==> floors"
	@$(BIN)/lint-imports

docs: $(READY) ## generate the rule pages, fail on a stale page
	@echo "==> docs"
	@$(BIN)/python docs/generate.py --check

lab: $(READY) ## real servers and real strays (installs them under .lab)
	@echo "==> lab"
	@$(BIN)/python -m pytest tests/lab -o addopts=-q

bench: $(READY) ## every figure of the README, as ratios of one run
	@$(BIN)/python -m benchmarks

fuzz: $(READY) ## coverage-guided fuzzing of the parsers, a minute
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@$(BIN)/python fuzzing/run.py

clean: ## remove what the words above made
	rm -rf $(VENV) .lab .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage* benchmarks/build
