# Short recipes; stamps keep anything from being done twice.
PYTHON ?= python3
BIN := .venv/bin
BIND ?= 127.0.0.1:8000
export CHROMIUM

.PHONY: help install install-dev run test lint format bench fuzz
FUZZ_SECONDS ?= 600
.DEFAULT_GOAL := help

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

install: .venv/.runtime app/static/vendor/.stamp ## Install into .venv, nothing else

install-dev: .venv/.development node_modules/.development app/static/vendor/.stamp

run: install .venv/.running ## Install, migrate, load a demo into an empty database, serve on http://127.0.0.1:8000
	@$(BIN)/flask demo start
	@BIND=$(BIND) exec $(BIN)/python scripts/run.py

test: install-dev ## Install and run every test, real browser included
	@scripts/chromium.sh
	@scripts/sfacctd.sh
	$(BIN)/pytest -n 4 --dist loadgroup

lint: install-dev ## Style, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install-dev ## Let ruff format and sort
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-dev ## Measure what the documents quote
	$(BIN)/python -m bench.tab --write
	$(BIN)/python -m bench.matrix --write
	$(BIN)/python -m bench.sflow
	$(BIN)/python -m bench.collector --write
	$(BIN)/python -m bench.detection --write

fuzz: install-dev .venv/.fuzzing ## Ten minutes of made-up datagrams and lines for the collector
	@mkdir -p instance/fuzz
	$(BIN)/python scripts/fuzz.py instance/fuzz/corpus -max_total_time=$(FUZZ_SECONDS) -timeout=1 \
	  -max_len=1500 -rss_limit_mb=1024 -artifact_prefix=instance/fuzz/

.venv/bin/python:
	@PYTHON=$(PYTHON) scripts/check_machine.sh
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.running: requirements-run.txt requirements.txt .venv/.runtime | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-run.txt
	@touch $@

.venv/.development: requirements-dev.txt requirements-run.txt requirements.txt .venv/.running | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/.fuzzing: requirements-fuzz.txt .venv/.development
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-fuzz.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@PYTHON=$(PYTHON) scripts/check_machine.sh
	npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Both stamps: each `npm ci` begins by removing the folder
node_modules/.development: package.json package-lock.json
	@PYTHON=$(PYTHON) scripts/check_machine.sh
	npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch node_modules/.stamp $@

TEMPLATES := $(shell find app/templates -name '*.html')
app/static/vendor/.stamp: node_modules/.stamp scripts/front_end.py $(TEMPLATES) | .venv/.runtime
	$(BIN)/python scripts/front_end.py
	@touch $@
