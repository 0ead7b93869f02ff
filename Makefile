# The two commands: `make run` opens the app, `make test` runs the tests; both do all the set-up.
.PHONY: run test check bench fuzz killed screenshots schema clean

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
WORKERS ?= 3

run: $(VENV)/.ready
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/connect-tui; else exec $(BIN)/connect-tui demo; fi

test: $(VENV)/.ready
	$(BIN)/python -m pytest -n $(WORKERS) -q $(ARGS)

check: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: $(VENV)/.ready
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.ready
	$(BIN)/python -m tests.fuzz

killed: $(VENV)/.ready
	$(BIN)/python -m tests.killed 200

screenshots: $(VENV)/.ready
	$(BIN)/python -m tests.screenshots

schema: $(VENV)/.ready
	$(BIN)/python -m connectors.schema

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found."; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON) (once; about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e . --group dev
	@touch $@
