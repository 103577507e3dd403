# Two commands for a newcomer: `make demo` (the main job) and `make test` (everything that must pass).
# Each builds .venv from requirements.lock; nothing needs installing by hand but Python 3.11, venv and make.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SPARK := .venv/.spark
DATA ?= $(wildcard ../shared/data/chicago_food)
DEMO_HOME ?= .demo
REAL_HOME ?= .demo-real
PEOPLE ?= 20000
SEED ?= 1

.PHONY: help demo demo-real test install check fix docs bench deep lock clean

help:                                 ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Spark is built here from its source, with what requirements.lock already brought: no other hash.
$(SPARK): $(READY) requirements.spark.lock
	@if command -v java >/dev/null || [ -x "$$JAVA_HOME/bin/java" ]; then \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements.spark.lock && touch $@ \
	  || echo "Spark could not be installed: it is left out, and its tests are skipped"; \
	else echo "no Java here: Spark is left out, and its tests are skipped"; fi

install: $(READY)                     ## the environment alone; afterwards .venv/bin/joinedup works

demo: $(READY)                        ## an invented town: ten partners' files, one agreement, one list, one report
	@$(BIN)/joinedup demo --people $(PEOPLE) --seed $(SEED) --home $(DEMO_HOME)

demo-real: $(READY)                   ## a real city's case: five departments, one ranked list (DATA=FOLDER)
	@$(BIN)/joinedup demo --office examples/food-inspections --data "$(DATA)" --home $(REAL_HOME)

test: $(READY) $(SPARK)                        ## everything that must pass
	@$(BIN)/python tools/check.py --all

check: $(READY)                       ## the quick part of `make test`
	@$(BIN)/python tools/check.py

fix: $(READY)                         ## let the formatter and the linter repair what they can
	$(BIN)/ruff check --fix --quiet src tests tools benchmarks || true
	$(BIN)/ruff format --quiet src tests tools benchmarks

docs: $(READY)                        ## write the generated reference pages
	$(BIN)/python tools/reference.py

bench: $(READY)                       ## measure against peers; writes benchmarks/README.md (PART=linkage: that alone)
	$(BIN)/python -m benchmarks $(PART)

deep: $(READY) $(SPARK)                        ## slow calibration and property tests
	$(BIN)/python -m pytest -q -m "deep or not deep" -n 2 --timeout 3600 --hypothesis-profile deep

lock:                                 ## resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --extra test --extra postgres --extra build --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -o requirements.lock
	grep -o 'pyspark[^"]*' pyproject.toml | head -1 | uv pip compile - --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -o requirements.spark.lock

clean:                                ## remove what was built, never data outside this folder
	rm -rf .venv .demo .demo.keys .demo-real .demo-real.keys .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
