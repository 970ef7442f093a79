# The commands of this project; `make` alone lists them. Needs git, make and python3 (3.11 or newer) with venv.
# Paths are relative on purpose: the folder may have blanks in its name.

PY := .venv/bin/python
READY := .venv/ready
DEMO := .demo/ready
TESTS ?= tests
export MAKEGOOD_DEMO_PACKAGES ?= $(CURDIR)/.demo/packages
WORKERS ?= auto
SCHEDULES ?= 8000
KILLS ?= kills.jsonl

.DEFAULT_GOAL := help
.PHONY: help setup demo test check faults faults-long static format lock clean FORCE

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile

setup: $(READY) ## the virtual environment, from the lock file, hashes checked

demo: $(READY) $(DEMO) ## the main job on real purchases, told step by step
	@$(PY) examples/demo.py

test: $(READY) $(DEMO) ## all tests, on a real PostgreSQL that they start themselves
	$(PY) -m pytest -n $(WORKERS) $(TESTS)

check: static test ## everything that must pass before a change is merged

faults: $(READY) ## the fault programme: schedules, planted mistakes, kills; minutes
	MAKEGOOD_FAULTS=1 MAKEGOOD_SCHEDULES=$(SCHEDULES) $(PY) -m pytest -n $(WORKERS) tests/faults

faults-long: $(READY) ## 700 real kills and freezes over runs of 20,000 acts; goes on where its log ends; an hour or more
	$(PY) -m tests.faults.long --log $(KILLS)

static: $(READY) ## formatting, lint, types, import contracts
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) tools/contracts.py

format: $(READY) ## format and fix what can be fixed
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	$(PY) tools/errors_page.py
	$(PY) tools/packs_page.py
	$(PY) tools/imports_page.py
	$(PY) tools/rules_pages.py

lock: $(READY) ## compute both lock files anew (docs/decisions/0004-lock-file.md)
	tools/lock

clean: ## remove the virtual environment, demo packages and caches
	rm -rf .venv .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# A virtual environment knows its own address: after a move it is made anew. tools/setup decides whether that is needed.
$(READY): requirements.lock pyproject.toml tools/setup FORCE
	@tools/setup

$(DEMO): requirements-demo.lock tools/demo_packages $(READY)
	@tools/demo_packages
