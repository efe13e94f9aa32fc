# The whole project from two commands: `make run` and `make test`. Everything lives in .venv.
PYTHON ?= python3
BIN := .venv/bin

# No tool reports home, none asks the network for anything.
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export ORT_DISABLE_TELEMETRY := 1

# What reads DOC, WPS and RTF; for tests, a Chinese font and a browser: Debian packages, not of this environment.
SYSTEM := libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk chromium
HAS_SYSTEM := command -v soffice >/dev/null && command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .
AS_ROOT := $(shell test $$(id -u) -eq 0 || echo sudo)

.PHONY: help install system run test lint docs bench bench-quick scale accuracy up dev clean

help:
	@echo "make run    read the reports under data/raw, build, check and publish the warehouse, export the marts"
	@echo "make test   all tests"
	@echo "make system install LibreOffice, which reads DOC, WPS and RTF; for tests, a Chinese font and Chromium (Debian, Ubuntu)"
	@echo "make lint   style, types, and the order of the rooms"
	@echo "make docs   the data dictionary (docs/dictionary.md) and the dbt site (data/warehouse/docs/static_index.html)"
	@echo "make bench  measure reading beside its peers, a build of 100,000 reports and whole runs: benchmarks/RESULTS.md"
	@echo "make bench-quick  the same with little, in two minutes"
	@echo "make scale ARGUMENTS='--reports 100000'  generated reports from nothing to exports, then nights after it"
	@echo "make accuracy  judge every cell of generated reports in every format (some minutes)"
	@echo "make up     Dagster with its UI on http://localhost:3000 and the job of each night, until Ctrl-C"
	@echo "make dev    the same, for work on the code: the UI can load it again"
	@echo "make clean  remove the environment and all that is derived from data/raw"

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or later is needed, this is {v[0]}.{v[1]}; try: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3 -m venv failed: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench,cluster,dev]'
	@touch $@
	@$(HAS_SYSTEM) || echo "LibreOffice, Chromium or a Chinese font is not installed: without LibreOffice DOC, WPS and RTF will not be read. To install them: make system"

system:
	$(AS_ROOT) apt-get update
	$(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(SYSTEM)

run: install
	@command -v soffice >/dev/null || echo "LibreOffice is not installed: DOC, WPS and RTF are not read. To install it: make system"
	$(BIN)/gongkai run

# What the tests of a file share is made once: they run in one process of several.
# Without LibreOffice its tests are skipped, but not under CI: there it is installed, and a skipped test fails.
test: install
	@$(HAS_SYSTEM) || if [ "$(CI)" = true ]; then $(MAKE) system; else echo "Some tests are skipped: make system"; fi
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# dbt writes into the file that it documents: it gets a copy.
docs: run
	$(BIN)/gongkai dictionary > data/warehouse/dictionary.md
	mv data/warehouse/dictionary.md docs/dictionary.md
	mkdir -p data/warehouse/docs
	install -m 644 data/warehouse/gongkai.duckdb data/warehouse/docs/gongkai.duckdb
	GONGKAI_BUILD_DATABASE=$(CURDIR)/data/warehouse/docs/gongkai.duckdb $(BIN)/dbt docs generate --static \
		--project-dir dbt_project --profiles-dir dbt_project \
		--target-path $(CURDIR)/data/warehouse/docs --log-path $(CURDIR)/data/warehouse/docs
	@echo "Open data/warehouse/docs/static_index.html"

bench: install
	$(BIN)/python -m benchmarks.suite --out benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.office
	$(BIN)/python -m benchmarks.statements
	$(BIN)/python -m benchmarks.topics
	$(BIN)/python -m benchmarks.explorer

bench-quick: install
	$(BIN)/python -m benchmarks.suite --quick

scale: install
	$(BIN)/python -m benchmarks.scale $(ARGUMENTS)

accuracy: install
	$(BIN)/python -m tests.corpus.accuracy $(ARGUMENTS)

up: install
	$(BIN)/gongkai up

dev: install
	$(BIN)/gongkai up --reload

clean:
	rm -rf .venv data/exports dbt_project/target dbt_project/logs
	@# What crawls came to cannot be made anew; nor can what Dagster remembers, data/dagster.
	if [ -d data/warehouse ]; then find data/warehouse -mindepth 1 -maxdepth 1 ! -name crawl -exec rm -rf {} +; fi
