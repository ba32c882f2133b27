# Newswatch. `make run` and `make test` need nothing typed before them.
.DEFAULT_GOAL := help
.PHONY: help install run test check bench bench-fetch bench-understanding bench-stories bench-alerting train-relation up down broker broker-stop broker-wipe

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# what a local run leaves behind: the broker's data and the last run's configuration
VAR ?= var
# how many tests run at a time: most of them mostly wait for processes
WORKERS ?= 4

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY) ## create the environment in .venv (with uv, or else venv and pip)

run: $(READY) ## start everything on this machine and show the first alerts; Ctrl-C stops it
	@$(BIN)/python -m deploy.local.run "$(VAR)"

test: $(READY) ## run the checks and all tests except the slow ones
	@$(BIN)/pytest -m "not slow" --numprocesses $(WORKERS) --durations 10

check: $(READY) ## check format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY) ## measure the pipeline: records per second, as JSON lines
	@$(BIN)/python -m tests.bench.pipeline

bench-understanding: $(READY) ## measure understanding: accuracy and speed, as JSON lines
	@$(BIN)/python -m tests.bench.understanding
	@$(BIN)/python -m tests.bench.language

bench-stories: $(READY) ## measure stories: accuracy and speed, as JSON lines
	@$(BIN)/python -m tests.bench.stories

bench-fetch: $(READY) ## measure polling and parsing with 2,000 feeds on loopback, as JSON lines
	@$(BIN)/python -m tests.bench.fetch

bench-alerting: $(READY) ## measure alerting: seconds from an event to its receiver, as JSON lines
	@$(BIN)/python -m tests.bench.alerting 400 20

train-relation: $(READY) ## refit relate's weights to the labelled items
	@$(BIN)/python -m tests.bench.train_relation

up: ## start everything in containers (needs Docker)
	docker compose up --build --detach

down: ## stop the containers; their volumes keep the data
	docker compose down

broker: $(READY) ## start a broker and leave it running (Apache Kafka, or else a stand-in)
	@$(BIN)/python -m deploy.local.broker start "$(VAR)"

broker-stop: $(READY) ## stop that broker
	@$(BIN)/python -m deploy.local.broker stop "$(VAR)"

broker-wipe: $(READY) ## stop that broker and delete its data
	@$(BIN)/python -m deploy.local.broker wipe "$(VAR)"

$(READY): pyproject.toml uv.lock deploy/requirements.txt
	@if command -v uv >/dev/null 2>&1; then \
		uv sync --frozen --all-groups --quiet; \
	else \
		sh deploy/local/install.sh "$(PYTHON)"; \
	fi
	@$(BIN)/python -m compileall -q services shared
	@$(BIN)/newswatch tag </dev/null # keeps what every later start would otherwise compute again
	@touch $@
