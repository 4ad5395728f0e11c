# d2lparams: every task of the project, one line each. `make` alone lists them.
# Needs Python 3.11 or later and make; everything else is installed into .venv from hash-locked requirements.

PYTHON ?= python3
PORT ?= 8000
RUN := .venv/bin/python
VENV_BOOK := .venv/.book
VENV_TEST := .venv/.test

.DEFAULT_GOAL := help
.PHONY: help serve book test lint mutants fuzz bench bench-site site-zip assets notebooks pairs lock test-binder clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV_BOOK)  ## build the book and serve it on localhost (PORT=8000)
	@$(RUN) -m tools.build --serve --port $(PORT)

book: $(VENV_BOOK)  ## build the chooser page and the editions en, ko and both into _build/site
	@$(RUN) -m tools.build

test: $(VENV_TEST)  ## prove that all of it works: units, notebooks, the built site in a browser
	@$(RUN) -m tools.check

lint: $(VENV_TEST)  ## check style and types
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) -m mypy

mutants: $(VENV_TEST)  ## change the rules one small thing at a time and see that a test notices (ARGS="--sample 100")
	@$(RUN) -m tools.mutants $(ARGS)

fuzz: $(VENV_TEST)  ## let the property tests try other examples (ARGS="--minutes 60")
	@$(RUN) -m tools.fuzz $(ARGS)

bench: $(VENV_TEST)  ## measure the speed of the framework against bare numpy
	@$(RUN) -m benchmarks

bench-site: $(VENV_TEST)  ## measure the built pages: weight, speed, Lighthouse
	@$(RUN) -m tools.build && $(RUN) -m benchmarks.site

site-zip: $(VENV_BOOK)  ## pack the whole site for a classroom with no internet: _build/d2lparams-site.zip
	@$(RUN) -m tools.build && $(RUN) -m tools.site_zip

assets: $(VENV_BOOK)  ## fetch and verify what the site serves beside our own files
	@$(RUN) -m tools.assets

notebooks: $(VENV_BOOK)  ## execute the notebooks of book/ and store their outputs (NAMES="tree tied")
	@$(RUN) -m tools.notebooks execute $(NAMES)

pairs: $(VENV_BOOK)  ## say that the Korean cells were checked against today's English (NAMES="tree tied")
	@$(RUN) -m tools.notebooks pairs $(NAMES)

lock: $(VENV_TEST)  ## renew the hash-locked requirements (needs uv)
	@$(RUN) -m tools.lock

test-binder: $(VENV_TEST)  ## install the Binder image's packages afresh and run every notebook through a Jupyter server
	@$(RUN) -m tools.binder

clean:  ## remove what was built (the environment stays; remove .venv by hand)
	rm -rf _build .mypy_cache .ruff_cache .hypothesis d2lparams.egg-info

$(VENV_BOOK): requirements/book.txt pyproject.toml tools/environment.py
	@$(PYTHON) tools/environment.py book

$(VENV_TEST): requirements/test.txt $(VENV_BOOK)
	@$(PYTHON) tools/environment.py test
