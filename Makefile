# One command for each task. PYTHON selects the interpreter, 3.10 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled test files are kept, even where the environment turns that off, as many containers do: each of
# the processes would compile all of them in every run.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help demo test coverage test-all lint format pages docs bench probe probe-clean build clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /' | sort

# Not editable, as users install it: the package is installed again when it changed.
$(VENV)/.installed: setup.py pyproject.toml $(wildcard requirements/*.txt) $(shell find idem_apigwv2_integration -name '*.py')
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV), which takes a minute or two ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/test.txt setuptools wheel .
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall --no-build-isolation .
	@rm -rf build *.egg-info
	@touch $@

# Only the plugin and its mock server, without the tools for developers.
$(VENV)/.demo: setup.py $(wildcard requirements/*.txt) $(shell find idem_apigwv2_integration -name '*.py' -o -name '*.json')
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV), which takes a minute or two ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check setuptools wheel '.[mock]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall --no-build-isolation .
	@rm -rf build *.egg-info
	@touch $@

demo: $(VENV)/.demo  ## create, change and delete integrations on a mock AWS server; DEMO=full shows all output
	@DEMO=$(DEMO) $(BIN)/python examples/demo.py

lint: $(VENV)/.installed  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint  ## linters and all tests
	$(PYTEST)

# Apart from `test`, because measuring it takes a third more time.
coverage: $(VENV)/.installed  ## all tests with branch coverage, which must not fall
	$(PYTEST) --cov --cov-report=term-missing:skip-covered

test-all: $(VENV)/.installed  ## the tests on every supported Python that is installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check nox
	$(BIN)/nox

pages: $(VENV)/.installed  ## write into the pages what is generated from the code, and the recorded output
	@$(BIN)/python docs/generate.py

docs: $(VENV)/.installed  ## build the documentation as a site, and print where it is
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/docs.txt
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Open file://$(CURDIR)/docs/_build/html/index.html"

bench: $(VENV)/.installed  ## the benchmark against idem-aws and bare boto3
	$(BIN)/python bench/bench.py
	@echo
	PYTHONPATH=tests $(BIN)/python bench/trace.py

probe: $(VENV)/.installed  ## find out on an AWS account what AWS does; prints its plan first
	@$(BIN)/python -m probe $(ARGS)

probe-clean: $(VENV)/.installed  ## delete the APIs that an interrupted probe left
	@$(BIN)/python -m probe clean $(ARGS)

build: $(VENV)/.installed  ## build the wheel into dist/
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@rm -rf build *.egg-info

clean:  ## remove what the other commands created
	rm -rf $(VENV) .nox .bench .demo build *.egg-info docs/_build .coverage
