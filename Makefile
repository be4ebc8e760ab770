# Needs only make, git and Python 3.11 or later with its venv module; GNU make 3.81 (macOS) will do.

PORT ?= 8000
WORKERS ?= 2
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
PYTHON := $(PYTHON)

FREE = import socket as s; a = s.socket(); a.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, 1); a.bind(("127.0.0.1", $(PORT)))
PY = .venv/bin/python
PY_LOWEST = .venv-lowest/bin/python
PY_NEWEST = .venv-newest/bin/python
NEWEST = $(shell for p in python3.14 python3.13 python3.12 python3; do \
	$$p -c 'import ensurepip, venv' >/dev/null 2>&1 && echo $$p && break; done)
PY_PARSER = .venv-parser/bin/python
LOWEST = not browser and not corpora and not dev and not packaging and not soak
# The tests of what uses our dependencies: YAML, JSON Schema, click, Jinja, Markdown, MkDocs and its theme.
LOWEST_TESTS = $(addprefix tests/test_,load.py schema.py validate.py checks.py contracts.py format.py authoring_commands.py pages.py plugin.py)

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export NO_MKDOCS_2_WARNING = 1

.PHONY: screenshots help setup serve test test-lowest test-newest test-parser browser check fmt soak bench pin clean

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

# Install the package with the extras $(3) into the environment $(1), with the versions of $(2). The build tools come first and no
# build is isolated, so that their versions are pinned, too; setuptools builds dependencies that have no wheel, and the one that
# Python 3.11 brings along cannot. Python compiles later what it really imports.
define environment
@test -n "$(PYTHON)" || { \
	echo "Python 3.11 or later with its venv module is required, but was not found."; \
	echo "Debian: apt-get install python3 python3-venv    macOS: brew install python@3.13"; \
	echo "Or name an interpreter: make PYTHON=/path/to/python3.12"; exit 1; }
@$(1)/bin/python -c 'import pip' 2>/dev/null || { rm -rf $(1) && $(PYTHON) -m venv $(1); }
@echo "Installing into $(1) (pinned by $(2))"
@$(1)/bin/python -m pip install --quiet --no-compile -c $(2) hatchling setuptools
@$(1)/bin/python -m pip install --quiet --no-compile -c $(2) --no-build-isolation -e '.$(3)'
@touch $@
endef

# Enough for `make serve`. The development tools, most of the download, come with .venv/.stamp.
.venv/.serve: pyproject.toml constraints.txt
	$(call environment,.venv,constraints.txt,)

.venv/.stamp: .venv/.serve
	$(call environment,.venv,constraints.txt,[dev])

.venv-lowest/.stamp: pyproject.toml constraints-lowest.txt
	$(call environment,.venv-lowest,constraints-lowest.txt,[test])

.venv-newest/.stamp: PYTHON = $(NEWEST)
.venv-newest/.stamp: pyproject.toml
	$(call environment,.venv-newest,/dev/null,[test])

# Only what reads YAML, so that it is quick: `make test` includes it.
.venv-parser/.stamp: pyproject.toml
	@echo "Installing into .venv-parser (the newest PyYAML, on $(NEWEST))"
	@rm -rf .venv-parser && $(NEWEST) -m venv .venv-parser
	@$(PY_PARSER) -m pip install --quiet pyyaml pytest hypothesis
	@touch $@

setup: .venv/.stamp ## Create or update .venv, with the development tools

serve: .venv/.serve ## Serve the site, with live reload (PORT=8000)
	@$(PY) -c '$(FREE)' 2>/dev/null || { echo "Port $(PORT) is taken. Try another: make serve PORT=8001"; exit 1; }
	@echo "The site: http://127.0.0.1:$(PORT)/    (stop with Ctrl-C; another port: make serve PORT=8001)"
	@$(PY) -m mkdocs serve --dev-addr 127.0.0.1:$(PORT)

browser: .venv/.stamp
	@$(PY) tests/browser/chromium.py

test-newest: .venv-newest/.stamp ## Run the quick tests on the newest versions and the newest Python of this machine
	$(PY_NEWEST) -m pytest -q -p no:cacheprovider -n $(WORKERS) -m "$(LOWEST)" $(wildcard $(LOWEST_TESTS))

test-parser: .venv-parser/.stamp ## Read hostile files with the newest PyYAML, on the newest Python of this machine
	PYTHONPATH=plugins $(PY_PARSER) -m pytest -q -p no:cacheprovider -m parser tests/test_load.py

test-lowest: .venv-lowest/.stamp ## Run the quick tests on the lowest allowed versions
	$(PY_LOWEST) -m pytest -q -p no:cacheprovider -n $(WORKERS) -m "$(LOWEST)" $(wildcard $(LOWEST_TESTS))

test: .venv/.stamp browser test-lowest test-parser ## Run all tests, browser, lowest versions and newest parser included
	$(PY) -m pytest -n $(WORKERS) --dist loadfile

check: .venv/.stamp ## Lint, types, and this repository's own specs
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/integration-specs check --today "$$(git log -1 --format=%cs)" # with the date of the commit, so that its result never changes

fmt: .venv/.stamp ## Format the Python code and apply the fixes of ruff
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

soak: .venv/.stamp browser ## Run the slow tests
	$(PY) tests/soak.py

screenshots: .venv/.stamp browser ## Take screenshots for the README, and of every kind of page (.cache/screenshots)
	cd tests && ../$(PY) -m browser.screenshots

bench: .venv/.stamp ## Measure speed and memory, compared with other tools
	$(PY) -m benchmarks

# Write both constraints files: the newest versions that pyproject.toml allows, and the lowest.
pin: ## Update the pinned versions
	rm -rf .venv .venv-lowest
	: > constraints.txt
	sed -n '/^dependencies = \[/,/^\]/s/^ *"\([a-z0-9-]*\)>=\([0-9.]*\).*/\1==\2/p' pyproject.toml > constraints-lowest.txt
	$(MAKE) .venv/.stamp .venv-lowest/.stamp
	$(PY) -m pip freeze --all --exclude pip --exclude-editable > constraints.txt
	$(PY_LOWEST) -m pip freeze --all --exclude pip --exclude-editable > constraints-lowest.txt
	touch .venv/.serve .venv/.stamp .venv-lowest/.stamp

clean: ## Remove everything that make created
	rm -rf .venv .venv-lowest .venv-newest .venv-parser .cache site dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find plugins tests -name __pycache__ -prune -exec rm -rf {} +
