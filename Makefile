# Every recipe works on a fresh machine with python3 and make; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXAMPLE := examples/support-desk
GUARD_PEERS := build/peers/guard

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check format lint types contracts docs bench-gate bench-evals bench-sequential bench-graders bench-lint bench-lint-corpus bench-policy bench-evidence bench-guard bench-guard-secrets bench-guard-replay lock clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## Make the environment in .venv from the hashed lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Roadworthy needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: setup ## Take a real assistant on a real model from manifest to a signed decision
	$(BIN)/python $(EXAMPLE)/model/fetch.py
	$(BIN)/python $(EXAMPLE)/demo.py

test: setup ## Run the whole test suite
	$(BIN)/python $(EXAMPLE)/model/fetch.py
	$(BIN)/python -m pytest -n auto --dist loadgroup

test-fast: setup ## Run the tests that take seconds
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow and not model and not browser"

check: lint types contracts test docs ## Run everything that CI runs

format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## Check style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup ## Check types, strictly
	$(BIN)/mypy

contracts: setup ## Check the direction of imports
	$(BIN)/lint-imports

docs: setup ## Build the documentation, warnings being errors
	$(BIN)/python docs/generate.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir site

bench-gate: setup ## Time the gate on 200 rules and 20,000 pieces of evidence, and `rw --help`
	$(BIN)/python benchmarks/gate.py

bench-evals: setup ## Time whole evaluations against a bare client, and against peers where PEERS=DIR has them
	$(BIN)/python benchmarks/evals.py $(if $(PEERS),--peers $(PEERS))

bench-sequential: setup ## Simulate error rates and savings of runs that stop early, and write the table in the docs
	$(BIN)/python benchmarks/sequential.py --write

bench-graders: setup ## Hold the graders against people's labels, and write the tables in the docs
	$(BIN)/python benchmarks/graders.py --write

bench-lint: setup ## Time `rw lint` on 10,000 files against just reading them
	$(BIN)/python benchmarks/lint.py

bench-lint-corpus: setup ## Hold `rw lint` against labelled repositories, and write the tables in the docs
	$(BIN)/python benchmarks/lint_corpus.py --write

bench-policy: setup ## Time the replay of a candidate policy over 500 past decisions
	$(BIN)/python benchmarks/policy_replay.py

bench-evidence: setup ## Time `rw trace` and blast radius over 100,000 pieces of evidence, on SQLite and PostgreSQL
	$(BIN)/python benchmarks/evidence.py

bench-guard: setup $(GUARD_PEERS)/.made ## Time all deterministic rails on a message of 1,000 characters, and how cost grows up to 1 MB
	ROADWORTHY_PEERS=$(abspath $(GUARD_PEERS)) $(BIN)/python benchmarks/guard.py

# What personal data is measured against has its own environment: its needs are not the package's.
$(GUARD_PEERS)/.made: benchmarks/peers.lock
	$(PYTHON) -m venv $(GUARD_PEERS)
	$(GUARD_PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/peers.lock
	touch $@

bench-guard-secrets: setup ## Hold the search for credentials against samples and against ordinary source code
	$(BIN)/python benchmarks/guard_secrets.py

bench-guard-replay: setup ## Time the replay of a changed guard policy over 100,000 recorded decisions
	$(BIN)/python benchmarks/guard_replay.py

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --group dev --all-extras pyproject.toml --output-file requirements.lock

clean: ## Remove everything that was made
	rm -rf $(VENV) build/peers site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
