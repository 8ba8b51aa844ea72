# make run: the app. make test: every check. make bench: what is fast and what is not.
PYTHON ?= python3
BIN := .venv/bin

run: .venv/run.stamp
	$(BIN)/streamlit run app.py

test: .venv/dev.stamp lint
	CHROMIUM="$$(sh tools/chromium.sh)" $(BIN)/python -m pytest -n 3 --dist loadfile

fuzz: .venv/dev.stamp
	CHROMIUM="$$(sh tools/chromium.sh)" $(BIN)/python -m pytest -n 2 -m fuzz

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy gdcore
	$(BIN)/lint-imports
	$(BIN)/oxlint --deny-warnings

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev.stamp
	CHROMIUM="$$(sh tools/chromium.sh)" $(BIN)/python -m benchmarks

.venv/python.stamp:
	$(PYTHON) -m venv .venv
	touch $@

.venv/run.stamp: .venv/python.stamp requirements.txt constraints.txt
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@

# make fuzz: thousands of cases, for minutes.
.PHONY: run test fuzz lint format bench
