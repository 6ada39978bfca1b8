# `make demo` and `make test` need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --only-binary :all:
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runs ## the local workspace with the bot in it; prints the address (PORT=8282)
	$(BIN)/pastemortem demo$(if $(PORT), --port $(PORT))

# Tests start the bot dozens of times: its compiled code is kept, even where the environment says otherwise. Each worker
# begins with its share of them in their order, so that what the tests of a file have in common is made once.
test: $(VENV)/.tests check ## every test, after `make check`
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(VENV)/.tests ## lint, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench ## the benchmarks and their table, see bench/README.md
	$(BIN)/python -m bench

docs: $(VENV)/.runs ## write anew what is generated from the code: settings, checks, ClusterRole, Slack app
	$(BIN)/python -m bot.settings > docs/settings.md
	$(BIN)/python -m diagnostics.documentation > docs/diagnostics.md
	$(BIN)/python -m diagnostics.grants > deploy/cluster-role.yaml
	$(BIN)/python -m bot.manifest > deploy/slack-manifest.yaml

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra workspace pyproject.toml requirements/build.in -o requirements/run.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -c requirements/run.lock --group dev -o requirements/dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -c requirements/run.lock requirements/peers.in -o requirements/bench.lock

clean: ## remove what was installed and written
	rm -rf $(VENV) var

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Pastemortem needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# A stamp names what is installed; it is made again only when its lock file changes.
$(VENV)/.runs: requirements/run.lock pyproject.toml | $(BIN)/python
	$(INSTALL) -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements/dev.lock
	$(INSTALL) -r requirements/dev.lock
	@touch $@

# drain3 is published as a source archive only.
$(VENV)/.bench: $(VENV)/.runs requirements/bench.lock
	$(INSTALL) --no-binary drain3 -r requirements/bench.lock
	@touch $@
