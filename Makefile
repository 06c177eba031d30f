# Pickwright: `make demo` and `make test` do all of their own set-up.
# It needs Python 3.11 or later, or any Python 3 and the network: uv then fetches one.

SHELL := /bin/bash
PYTHON ?= python3
KILLS ?= 200
WORKERS ?= 2
RUN := .venv/bin
COMPILED := .venv/compiled
KARRIO := .venv/karrio
KERNELS := $(wildcard controller/plan/*.py controller/plan/*/*.py)
UV = $$(uv --version >/dev/null 2>&1 && echo uv || echo .uv/bin/uv)

# Containers often say that nothing compiled is kept: then each process would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo web test test-karrio lint types imports kill-test bench docs clean uv install kernels packages

help: ## Show the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: uv ## Open a living warehouse: watch it, or take a handheld and work in it.
	@$(UV) sync --frozen --no-dev --inexact --quiet
	@$(MAKE) --no-print-directory -j2 web $(COMPILED)
	@$(RUN)/pickwright demo

web: uv ## Build the pages of handheld and console.
	@.ci/build-web

test: packages web kernels ## Run every test.
	$(RUN)/pytest -n $(WORKERS)
	@$(MAKE) --no-print-directory test-karrio

test-karrio: packages ## Run the tests of carriers through karrio, which all others run without.
	@UV_PROJECT_ENVIRONMENT=$(KARRIO) $(UV) sync --frozen --quiet --group karrio
	$(KARRIO)/bin/pytest tests/carriers/test_karrio.py

lint: install ## Check style and format.
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .

types: install ## Check the types.
	$(RUN)/mypy

imports: install ## Check which part may import which.
	$(RUN)/lint-imports

kill-test: install ## Kill a working controller KILLS times (200) and look for loss.
	$(RUN)/python -m tests.proof.kill --kills $(KILLS)

bench: install ## Run the quick benchmarks.
	$(RUN)/python -m benchmarks.quick

docs: install ## Write docs/cli.md and docs/asyncapi.json from the code.
	$(RUN)/typer api.cli utils docs --name pickwright --output docs/cli.md
	$(RUN)/pickwright device schema > docs/asyncapi.json

clean: ## Remove what was installed and built here.
	rm -rf .venv .uv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up --------------------------------------------------------------------------------------

uv:
	@.ci/get-uv $(PYTHON)

install: uv
	@$(UV) sync --frozen --quiet

kernels: install
	@$(MAKE) --no-print-directory $(COMPILED)-all

$(COMPILED): $(KERNELS)
	@echo "compiling the planners for this machine: once, about a minute ..." >&2
	@$(RUN)/python -m controller.solving
	@touch $@

$(COMPILED)-all: $(KERNELS)
	@echo "compiling the planners for this machine: once, about two minutes ..." >&2
	@$(RUN)/python -m controller.solving all
	@touch $(COMPILED) $@

packages: install
	@.ci/get-packages
	@.ci/npm-ci tests/labels || echo "Tests of printed labels are skipped." >&2
