# The two that matter: `make run` sets up and starts the proxy, `make test` sets up and passes the tests.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check lint types format bench soak clean

LOUVER := .venv/bin/louver
PYTHON := .venv/bin/python
ARGS ?=

help: ## Show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: ## Make .venv and install Louver into it
	@sh tools/setup.sh dev

run: setup ## Run the proxy on 127.0.0.1:8080 (ARGS="--policy strict" and so on)
	@exec $(LOUVER) run $(ARGS)

demo: setup ## See the main job in a small internet on this machine
	@$(LOUVER) demo $(ARGS)

test: setup ## Run the tests (ARGS="-k pages" and so on)
	@$(PYTHON) -m pytest $(ARGS)

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: setup
	@.venv/bin/mypy

check: lint types test ## Check style, types and tests

format: setup ## Let ruff format everything
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: ## Measure speed and accuracy; inputs are named in the output
	@sh tools/setup.sh dev,bench
	@$(PYTHON) bench/run.py $(ARGS)

soak: ## Leave the proxy under mixed traffic and see what it costs (ARGS="--minutes 60")
	@sh tools/setup.sh dev
	@$(PYTHON) tools/soak.py $(ARGS)

clean: ## Remove what can be made again
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
