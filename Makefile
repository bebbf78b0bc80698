# One command for each thing to do; each makes .venv by itself. `make help` lists them.
# The work itself stands in noxfile.py (`.venv/bin/nox -l`) and tests/tooling/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The first Python on this machine that is new enough; `make PYTHON=/path/to/python test` overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
# Two markers: what the demo needs is a fraction of what the tests need.
RUNTIME := $(VENV)/.ready-runtime
TOOLS := $(VENV)/.ready-tools
PINS := tests/constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint $(PINS)

##@ See it work
.PHONY: demo simulator bench
demo: $(RUNTIME) ## Move a whole estate between two simulated servers (KEEP=1: leave the simulator running)
	@PYTHONPATH=tests $(BIN)/python -m tooling.demo $(if $(KEEP),--keep)

simulator: $(RUNTIME) ## Run the simulator in the foreground (ENV_FILE=path: write its addresses there; ARGS="--jobs 300")
	@PYTHONPATH=tests $(BIN)/python -m simulator $(if $(ENV_FILE),--env-file "$(ENV_FILE)") $(ARGS)

bench: $(TOOLS) ## Measure moves (SIZES="10 100": of so many jobs) and more beside bare scripts (ARGS=page: docs/performance.md)
	@$(BIN)/nox -s bench -- $(ARGS)

##@ Prove it
.PHONY: quick test fuzz faults fleet lint format types conventions unit contract conformance integration sanity docs package test-matrix
quick: $(TOOLS) ## While you work: format, types, lint, unit tests but for stories; about three minutes on two cores
	@PYTHONPATH=tests $(BIN)/python -m tooling.everything --quick

test: $(TOOLS) ## Everything CI runs
	@PYTHONPATH=tests $(BIN)/python -m tooling.everything

format: $(TOOLS) ## Rewrite the code in the project's style
	@$(BIN)/nox -s format -- --write

lint types conventions unit contract conformance docs package test-matrix: $(TOOLS)
	@$(BIN)/nox -s $@

integration: $(TOOLS) ## Run playbooks against the simulator over TLS
	@$(BIN)/nox -s integration integration-oldest

fuzz: $(TOOLS) ## Falsify one value of one answer at a time, in all tasks: hours (ARGS="--share 0.01": a part of it)
	@$(BIN)/nox -s fuzz -- $(ARGS)

faults: $(TOOLS) ## Break moves and cutovers at each request in each way: hours (SHARE=0.1: a part of it)
	@FAULTS_SHARE=$(or $(SHARE),1) $(BIN)/nox -s faults -- $(ARGS)

fleet: $(TOOLS) ## Move fifty pairs by two workers, as a receptor mesh does, and say what a pair costs (PAIRS=10)
	@FLEET_PAIRS=$(or $(PAIRS),50) $(BIN)/nox -s fleet -- $(ARGS)

sanity: $(TOOLS) ## ansible-test sanity on the newest ansible-core for this Python, and what the oldest may see otherwise
	@$(BIN)/nox -s sanity sanity-oldest

lint: ## Read code, YAML, playbooks, roles and changelog with the linters
types: ## Check the types (mypy --strict)
conventions: ## Check what every collection keeps to: licences, files, YAML inside documentation
unit: ## Test the parts, in process
contract: ## Test what the simulator says against the published contracts
conformance: ## Drive the simulator with a client that is not ours
docs: ## Check the documentation and build the site; it says where
package: ## Build the tarball and let Galaxy's importer read it
test-matrix: ## Beyond CI: sanity, edge and playbooks on every supported ansible-core whose Python is here

##@ Keep house
.PHONY: registered release changelog pins clean help
registered: $(TOOLS) ## Write every list of modules and kinds, from the modules and the declarations themselves
	@$(BIN)/nox -s registered

release: $(TOOLS) ## Build dist/*.tar.gz of the last commit, the same bytes everywhere; print its checksum
	@PYTHONPATH=tests $(BIN)/python -m tooling.release

changelog: $(TOOLS) ## Move the fragments into CHANGELOG.rst, under the version of galaxy.yml
	@$(BIN)/nox -s changelog

pins: $(TOOLS) ## Write tests/constraints*.txt anew: the newest versions that fit together (LIKE=.venv: those there)
	@PYTHONPATH=tests $(BIN)/python -m tooling.pins $(if $(LIKE),--like "$(LIKE)")

clean: ## Remove .venv, caches and built files
	@rm -rf $(VENV) .cache dist

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {sub(/ *\$$\(.*/, "", $$1); printf "  make %-12s %s\n", $$1, $$2}' Makefile

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed and none was found; name one: make PYTHON=/path/to/python" >&2; exit 1; fi
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear $(VENV)

$(RUNTIME): requirements.txt tests/requirements-runtime.txt $(PINS) | $(BIN)/python
	@echo "Installing what the collection and its simulator need"
	@$(PIP) -r tests/requirements-runtime.txt
	@touch $@

$(TOOLS): $(RUNTIME) tests/requirements-pytest.txt tests/requirements.txt
	@echo "Installing what the tests need"
	@$(PIP) -r tests/requirements.txt
	@touch $@
