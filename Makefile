# The whole project from two commands: `make run` and `make test`. Everything lives in .venv.
PYTHON ?= python3
BIN := .venv/bin

# No tool reports home, none asks the network for anything.
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help install run test lint bench dev clean

help:
	@echo "make run    read the reports under data/raw, build, check and publish the warehouse, export the marts"
	@echo "make test   all tests"
	@echo "make lint   style, types, and the order of the rooms"
	@echo "make bench  measure reading beside its peers"
	@echo "make dev    the Dagster UI on http://localhost:3000"
	@echo "make clean  remove the environment and all that is derived from data/raw"

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or later is needed, this is {v[0]}.{v[1]}; try: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3 -m venv failed: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

run: install
	$(BIN)/gongkai run

test: install
	$(BIN)/python -m pytest -n auto

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m benchmarks.html

dev: install
	@mkdir -p data/warehouse/dagster
	@cp pipeline/orchestration/dagster.yaml data/warehouse/dagster/
	DAGSTER_HOME=$(CURDIR)/data/warehouse/dagster $(BIN)/dagster dev --module-name pipeline.orchestration --port 3000

clean:
	rm -rf .venv data/warehouse data/exports dbt_project/target dbt_project/logs
