# Two commands matter: make run, make test. Arguments for the server: make run ARGS="--port 9000".
.DEFAULT_GOAL := help
.PHONY: help setup setup-browser run test journeys bench score fuzz bundle fmt clean

ifdef PYTHON
export PYTHON
endif

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-14s %s\n", $$1, $$2 }'

setup: ## Python environment, pinned packages, PostgreSQL with PostGIS
	@scripts/setup.sh

setup-browser: ## Chromium, for the browser tests
	@scripts/ensure_browser.sh

run: setup ## Set up, start the store and serve on this machine; Ctrl-C ends all of it
	@exec .venv/bin/watchfloor serve $(ARGS)

test: setup setup-browser ## Set up, then lint, types, import arrows and all tests, one browser journey per block
	@scripts/test.sh

journeys: setup setup-browser ## Every browser journey at every size
	@.venv/bin/pytest tests/journeys

bench: setup setup-browser ## Measure, print a table and write bench/out/latest.json
	@.venv/bin/python -m bench

score: setup ## What each preset finds of what is planted in the tracks of an exercise world; make score ARGS="--seed 11"
	@.venv/bin/python scripts/score.py $(ARGS)

fuzz: setup ## Ten minutes of mutated files of every format; make fuzz ARGS="--seconds 60 --seed 7"
	@.venv/bin/python -m tests.fuzzing $(ARGS)

bundle: setup ## One archive under dist, to install from without a network
	@.venv/bin/python scripts/bundle.py

fmt: setup ## Format the code and mend what the linter can mend
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

clean: ## Remove caches and build products; the environment and the data stay
	@rm -rf build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache bench/out tests/out
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
