# Everything starts from a bare clone: git, make and Python 3.11 or newer with venv.
#   make demo    the hub on localhost:8080 and the demo agencies on 127.0.0.1:8090; Ctrl-C ends all
#   make test    lint and every test

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST_ARGS ?= -n 2 --dist loadfile

PO := $(wildcard translations/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)

.DELETE_ON_ERROR:
.PHONY: demo demo-reset install install-test assets translations test lint screens bench vectors \
	lock clean

demo: install assets $(MO)
	exec $(BIN)/minid demo

demo-reset:
	rm -rf instance
	$(MAKE) --no-print-directory demo

test: install-test assets $(MO)
	$(BIN)/python -m tools.test_setup
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: install-test
	$(BIN)/python -m flake8
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-logo

screens: install-test assets $(MO)
	$(BIN)/python -m tools.screens

bench: install-test assets $(MO)
	$(BIN)/python -m bench

vectors: install-test
	$(BIN)/python tools/vectors.py

# --- what the targets above stand on ---------------------------------------------------

install: $(STAMPS)/demo
install-test: $(STAMPS)/test

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ rm -rf $(VENV); \
		  echo 'On Debian the module venv is a package: apt-get install python3-venv' >&2; exit 1; }
	@mkdir -p $(STAMPS)

$(STAMPS)/demo: requirements.lock setup.cfg pyproject.toml | $(BIN)/python
	$(PIP) install --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMPS) && touch $@

# The test lock holds everything that the demo's lock holds, in the same versions.
$(STAMPS)/test: requirements-test.lock setup.cfg pyproject.toml | $(BIN)/python
	$(PIP) install --requirement requirements-test.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMPS) && touch $@ $(STAMPS)/demo

assets:
	@$(PYTHON) tools/assets.py

$(MO) &: $(PO) | $(BIN)/python
	$(BIN)/pybabel --quiet compile --directory translations

# Gather the texts anew, and merge them into the catalogues.
translations: install
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --keywords lazy_gettext --no-location \
		--sort-output --output build/messages.pot .
	$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-dir translations \
		--ignore-pot-creation-date --no-fuzzy-matching
	$(BIN)/pybabel --quiet compile --directory translations

# The locks are made with Python 3.11; versions move only here.
# More words for the resolver: make lock LOCK_ARGS=--upgrade
LOCK := CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --strip-extras \
	--generate-hashes --allow-unsafe --build-deps-for editable \
	--no-emit-index-url --no-emit-find-links --no-emit-options $(LOCK_ARGS)

lock: install-test
	$(LOCK) --extra demo --output-file requirements.lock setup.cfg
	$(LOCK) --extra demo --extra test --constraint requirements.lock \
		--output-file requirements-test.lock setup.cfg

clean:
	rm -rf $(VENV) build static/vendor node_modules .mypy_cache .pytest_cache \
		.import_linter_cache .hypothesis test-results *.egg-info $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
