# Every target does its own set-up; a second call finds everything ready and needs no network.
# PYTHON=...       which Python to build .venv from (default: the first of 3.11 to 3.14 that is found)
# TORCH_INDEX=...  where PyTorch's CPU build comes from when the package registry has none
# ARGS="..."       passed on: make index ARGS=--rebuild, make test ARGS="-k settings"

BIN := .venv/bin
.DEFAULT_GOAL := run
.PHONY: run index test lint bench transcripts pictures clean

run:
	@sh tools/setup run
	@$(BIN)/python -m bot run $(ARGS)

index:
	@sh tools/setup run
	@$(BIN)/python -m bot index $(ARGS)

lint:
	@sh tools/setup dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The tests run in two processes a core, as a third of their time goes on waiting for children and clocks; within
# one, threads of numpy and torch would only wait for each other. Compiled modules are kept, as hundreds of processes
# read them. A race in one of thousands of tests must not keep everybody's work from landing: what fails is tried once
# more, alone and in the open; what is broken fails twice.
# The tests run also when a linter complains: one call shows all that is wrong, and fails for any of it.
test:
	@sh tools/setup dev
	@$(MAKE) --no-print-directory lint; lint=$$?; \
	many=$$($(BIN)/python -c 'import os; print(min(8, 2 * (os.cpu_count() or 1)))'); \
	export PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1; \
	$(BIN)/python -m pytest -n $$many --dist worksteal $(ARGS); tests=$$?; \
	if [ $$tests -eq 1 ]; then \
	  echo "What failed beside other tests is run once more, alone." >&2; \
	  $(BIN)/python -m pytest --last-failed --maxfail 5 $(ARGS); tests=$$?; \
	  [ $$tests -ne 0 ] || echo "It passed alone: something in it leans on order, time or load. Please mend it." >&2; \
	fi; \
	[ $$lint -eq 0 ] || echo "The linters complain, see above the tests, or run make lint." >&2; \
	[ $$lint -eq 0 ] && [ $$tests -eq 0 ]

bench:
	@sh tools/setup bench
	$(BIN)/python -m benchmarks $(ARGS)

# Bring the demo in README.md and the transcripts in tests/ up to date with what the bot says; read the difference.
transcripts:
	@sh tools/setup run
	@$(BIN)/python -m bot index
	@$(BIN)/python tools/transcripts.py --write

# Draw the pictures of both chats in docs/pictures anew, with Chromium; look at them.
pictures:
	@sh tools/setup dev
	@$(BIN)/python -m bot index
	@$(BIN)/python tools/pictures.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
