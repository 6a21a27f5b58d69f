# What people type. Everything works from an empty clone: tools/bootstrap.py installs what is missing.

PORT ?= 8000
ACCOUNTS ?=
ARGS ?=

# What runs the environment that is there makes it whole, too. Before there is one: the first Python that was built with
# optimisation and can make an environment, else any. Version managers compile theirs without: all that runs on one takes
# up to 1.4 times as long as on that of the system beside it. Those of systems (/usr) are optimised by other switches.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3 /usr/bin/python3.13 /usr/bin/python3.12 \
	/usr/bin/python3.11
NEW_ENOUGH := import sys; assert sys.version_info >= (3, 11)
FAST := import ensurepip, venv, sysconfig; \
	assert sys.base_prefix == "/usr" or "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
first = $(shell for p in $(PYTHONS); do $$p -c '$(1)' 2>/dev/null && echo $$p && break; done)
ifndef PYTHON
PYTHON := $(or $(wildcard .venv/bin/python),$(call first,$(NEW_ENOUGH); $(FAST)),$(call first,$(NEW_ENOUGH)))
endif
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is needed. Install it, or name it: make PYTHON=/path/to/python3 ...)
endif

.DEFAULT_GOAL := help
.PHONY: help install demo test screenshots check fix lock stop bench

help:  ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

install:  ## install what the demo needs
	@$(PYTHON) tools/bootstrap.py

demo: install  ## run the demo bank; PORT=8000 ACCOUNTS=30000; Ctrl-C stops all of it
	@.venv/bin/python tools/demo.py --port $(PORT) $(if $(ACCOUNTS),--accounts $(ACCOUNTS))

stop:  ## stop embedded servers that a killed demo or test left running
	@.venv/bin/python tools/stop.py

test:  ## run every test, browser included; ARGS="-k promise" runs some
	@$(PYTHON) tools/bootstrap.py --dev --browser
	@.venv/bin/python -m pytest -n auto --pictures $(ARGS)

screenshots:  ## take the pictures of the README anew, by the tests that take them in every `make test`
	@$(PYTHON) tools/bootstrap.py --dev --browser
	@.venv/bin/python -m pytest --pictures tests/desk/test_pictures.py

check:  ## lint, types, layers, migrations, templates, translations, docs
	@$(PYTHON) tools/bootstrap.py --dev
	@.venv/bin/python tools/check.py

bench:  ## measure beside peers and floors; NAME=worklist runs one, SIZE=100000 a smaller one
	@$(PYTHON) tools/bootstrap.py --dev --bench --browser
	@.venv/bin/python -m bench $(NAME) $(if $(SIZE),--size $(SIZE))

fix:  ## mend what a machine can mend
	@$(PYTHON) tools/bootstrap.py --dev
	@.venv/bin/python tools/check.py --fix

lock:  ## compile requirements*.in to requirements*.txt, with hashes
	@$(PYTHON) tools/lock.py
