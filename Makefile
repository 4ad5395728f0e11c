# `make TASK` is `python3 -m tools TASK`; `make` alone lists the tasks, which stand in tools/__main__.py.
PYTHON ?= python3

help:
	@$(PYTHON) -m tools help

# Every other name, whatever files there are of that name.
%: always
	@$(PYTHON) -m tools $@

Makefile always: ;
