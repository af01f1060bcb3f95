# Short names for the tasks of dev.py; ARGS passes arguments on: make test ARGS="-k orders".
PYTHON ?= python3

.PHONY: help demo serve test lint types schema cases bench graphiql lock

help:
	@$(PYTHON) dev.py

demo serve test lint types schema cases bench graphiql lock:
	@$(PYTHON) dev.py $@ $(ARGS)
