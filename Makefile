# make xor    set up, train a 2-3-1 network on XOR
# make test   set up, lint, check types, run the tests
# make sanitize   the tests of the compiled core under AddressSanitizer and UndefinedBehaviorSanitizer
# make arm    compile the core for 64-bit Arm (Debian: g++-aarch64-linux-gnu), to see that it does
# Both need Python 3.11 or newer with pip; everything goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORE := CMakeLists.txt $(wildcard core/*)
SANITIZED := build/sanitized

.PHONY: xor test lint types format sanitize arm benchmarks clean

xor: $(VENV)/run
	$(BIN)/backproof train xor

test: lint types
	$(BIN)/pytest -n auto

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sanitize:
	$(PYTHON) -m venv $(SANITIZED)
	$(SANITIZED)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(SANITIZED)/bin/python -m pip install --quiet --group dev --config-settings=cmake.define.BACKPROOF_SANITIZE=address,undefined .
	LD_PRELOAD="$$(g++ -print-file-name=libasan.so) $$(g++ -print-file-name=libstdc++.so.6)" \
	ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 $(SANITIZED)/bin/pytest tests/test_compiled.py

arm:
	mkdir -p build
	printf '#include "curvature.hpp"\n#include "descent.hpp"\ntemplate class Descent<float>;\ntemplate class Descent<double>;\ntemplate class Curvature<double>;\n' | \
	aarch64-linux-gnu-g++ -std=c++20 -O3 -Wall -Wextra -Werror -Wno-psabi -Icore -x c++ -c - -o build/arm.o

benchmarks: $(VENV)/dev
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "backproof needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	touch $@

$(VENV)/run: $(VENV)/python pyproject.toml $(CORE)
	$(BIN)/python -m pip install --quiet --config-settings=cmake.define.BACKPROOF_WERROR=ON --editable .
	touch $@

$(VENV)/dev: $(VENV)/run
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
