# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
CONFIG ?= config/sm-dns.yaml

# Tests that mind nobody's load run side by side; one more than there are cores, for many wait for something.
JOBS   ?= $(shell n=$$(nproc 2>/dev/null || echo 1); echo $$((n < 4 ? n + 1 : 4)))

.PHONY: run test quick compiled pure coverage e2e check lan man deb wheels image packages roots release bench flood fuzz mutants soak clean

# What every question passes is compiled, and compiled anew when it changes; hatch_build.py names it.
COMPILED := pyproject.toml hatch_build.py $(shell grep -oE 'sm_dns/[a-z_/]+\.pyx?' hatch_build.py)

# Where it could not be compiled, it is tried again once a compiler or the headers have come.
AGAIN := $(shell [ ! -x $(BIN)/python ] || $(BIN)/python -m sm_dns.native_build 2>/dev/null)

.PHONY: again
$(BIN)/sm-dns: $(COMPILED) $(AGAIN)
	@echo 'Installing into $(VENV): libraries are fetched, then a C compiler, where there is one, compiles what every'
	@echo 'question passes. That takes one to four minutes, once; without a compiler some seconds.'
	$(PYTHON) -m venv $(VENV)
	@(while sleep 15 > /dev/null; do seconds=$$((seconds + 15)); echo "  still fetching or compiling, $$seconds s"; done) & \
	telling=$$!; trap "kill $$telling 2>/dev/null" EXIT; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $(BIN)/sm-dns

$(BIN)/pytest: $(BIN)/sm-dns
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $(BIN)/pytest

run: $(BIN)/sm-dns
	@$(BIN)/sm-dns serve --config $(CONFIG) --hints

check: $(BIN)/pytest
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile tests/e2e/upstreams $(QUICK)

# What needs no whole service, no load and no browser: some minutes, for each Python that is to be tried.
BY_KEYS  := tests/web/accessibility/test_keyboard.py
SLOW     := tests/e2e/ tests/systemd/ tests/bench/ tests/soak/ tests/fuzz/ $(BY_KEYS)
OFFICE   := tests/e2e/office
SURVIVAL := tests/state/test_survival.py tests/admin/test_store_survival.py
QUICK    := $(filter-out $(SLOW) tests/packaging/ tests/roots/ tests/data/ tests/support/,$(wildcard tests/*/)) $(wildcard tests/test_*.py) \
            $(patsubst %,--ignore %,$(SURVIVAL) $(BY_KEYS))

quick: $(BIN)/pytest
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(QUICK)

# What has a compiled form, by the tests of its rooms: as it was compiled, and as Python on examples that nobody has seen,
# by a seed that the run prints.
FORMS := $(patsubst %,tests/%,dns lists policy resolve serve builder control scenarios test_native.py test_hatch_build.py)
compiled: $(BIN)/pytest
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(FORMS)

pure: $(BIN)/pytest
	@seed=$${SEED:-$$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}; echo "hypothesis begins with SEED=$$seed"; \
	SM_DNS_PURE_PYTHON=1 SM_DNS_HYPOTHESIS=fresh $(BIN)/python -m pytest -n $(JOBS) --dist loadfile \
	  --hypothesis-seed=$$seed $(FORMS)

# How much of the code the quick tests pass, branches too, in the processes that they start as well: as Python, which
# alone can be watched, and on examples that nobody has seen, by a seed that the run prints.
coverage: $(BIN)/pytest
	@seed=$${SEED:-$$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}; echo "hypothesis begins with SEED=$$seed"; \
	SM_DNS_PURE_PYTHON=1 SM_DNS_HYPOTHESIS=fresh $(BIN)/python -m pytest -n $(JOBS) --dist loadfile \
	  --hypothesis-seed=$$seed --cov --cov-report=term $(QUICK)

# Each write of each change failing once, and the process dying there; beside that the office, and the whole service beside
# real servers, in namespaces and browsers, which mostly wait. What fails beside others is tried once more by itself, and
# counts. What is measured, or must not lose a question, comes afterwards, one after the other.
CORES  := $(shell nproc 2>/dev/null || echo 1)
ALONE  := tests/bench/ tests/soak/ tests/e2e/test_edges.py tests/e2e/test_trouble.py $(wildcard tests/e2e/feeds tests/e2e/fleet)
BESIDE := $(SURVIVAL) $(filter-out tests/bench/ tests/soak/,$(SLOW)) $(patsubst %,--ignore %,tests/e2e/upstreams $(ALONE))
e2e: $(BIN)/pytest
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile $(BESIDE) || \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(BESIDE)
	$(BIN)/python -m pytest $(ALONE)

# An office in network namespaces, told as it goes: a client boots, is denied, waits for the edge, and is counted.
lan: $(BIN)/pytest
	$(BIN)/python -m pytest -q -s $(OFFICE)

# The package for the Debian or Ubuntu of this machine, and what becomes of it on a bare system.
deb:
	$(PYTHON) packaging/deb/build.py --output dist

# Wheels: a compiled one for each Python of this machine, and one for every Python.
wheels:
	$(PYTHON) packaging/wheels/build.py --output dist

# A container image of it, which docker and podman load; no registry is asked.
image:
	$(PYTHON) packaging/image/build.py --output dist

# SUITE=trixie builds and tries the package on another Debian than this machine's, in a folder that debootstrap fills.
SUITE ?=
packages: $(BIN)/pytest
	SM_DNS_SUITE=$(SUITE) $(BIN)/python -m pytest tests/packaging

# Bare systems of Debian 12, 13 and testing, each awkward in another way; ROOTS="debian12 debian13-gcc" takes some.
ROOTS ?=
roots: $(BIN)/pytest
	ROOTS="$(ROOTS)" $(BIN)/python -m pytest -q -s tests/roots

# The changelog cut, the version named, the commit tagged: make release VERSION=0.2.0
release:
	$(PYTHON) packaging/release.py $(VERSION)

# One page a command, made of the commands themselves; a package takes them to /usr/share/man/man1.
man: $(BIN)/sm-dns
	$(BIN)/python -m sm_dns.cli.man_pages man/man1

bench: $(BIN)/pytest
	$(BIN)/python -m tests.bench --chart docs/images/performance.svg $(if $(KEEP),--keep)
	$(BIN)/python -m tests.bench.ways --rounds 3 $(if $(KEEP),--keep)
	$(BIN)/python -m tests.bench.device_classes

flood: $(BIN)/pytest
	$(BIN)/python -m tests.bench.flood

fuzz: $(BIN)/pytest
	$(BIN)/python -m tests.fuzz
	SM_DNS_HYPOTHESIS=long $(BIN)/python -m pytest tests/serve/clients/test_asked_again.py

mutants: $(BIN)/pytest
	$(BIN)/python -m tests.mutants

soak: $(BIN)/pytest
	$(BIN)/python -m tests.soak

clean:
	rm -rf $(VENV) var build dist
