# The front door. `make help` lists what there is.

BUILD ?= build/release
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-release build lint fuzz bench bench-record bench-engine bench-ensembles \
  equivalence clean
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

export BUILD
export FAIRLINE_BINARY := $(abspath $(BUILD))/bin/fairline
# ccache finds a file again in another clone of the project.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

# Real data for the tests that can use it, when it lies beside the project.
ifndef FAIRLINE_SHARED_DIR
ifneq ($(wildcard ../shared/data),)
export FAIRLINE_SHARED_DIR := $(abspath ../shared)
endif
endif

help:  ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo: build  ## set up, build, train on sample applicants, serve and decide once; ARGS=--once ends there
	@env -u FAIRLINE_BINARY setup/demo "$(FAIRLINE_BINARY)" $(ARGS)

build:  ## set up and build build/release/bin/fairline
	@installed=$$(setup/install build)
	mapfile -t folders < <(sed -nE 's/^(LIGHTGBM|ARROW)_DIR=/-DFAIRLINE_&/p' <<<"$$installed")
	mkdir -p "$$BUILD"
	cmake -G Ninja -S . -B "$$BUILD" "$${folders[@]}" >"$$BUILD/configure.log" 2>&1 ||
	  { cat "$$BUILD/configure.log" >&2; exit 1; }
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet) fairline
	echo "build: $$BUILD/bin/fairline"

test: build  ## set up, build and run every test: C++ first, then Python on the real binary
	@installed=$$(setup/install test)
	python=$$(sed -n 's/^PYTHON=//p' <<<"$$installed")
	export VERSITYGW=$$(sed -n 's/^VERSITYGW=//p' <<<"$$installed")
	export ENSEMBLES_2023_PYTHON=$$(sed -n 's/^ENSEMBLES_2023_PYTHON=//p' <<<"$$installed")
	export SCORECARD_PYTHON=$$(sed -n 's/^SCORECARD_PYTHON=//p' <<<"$$installed")
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet)
	"$$python" -B tests/services ctest --test-dir "$$BUILD" --output-on-failure --no-tests=error
	"$$python" -B -m pytest tests -rs -p no:cacheprovider $(ARGS)

test-release: build  ## the fault tests at release size, about an hour; docs/internals/testing.md
	@installed=$$(setup/install test)
	python=$$(sed -n 's/^PYTHON=//p' <<<"$$installed")
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet) storage_test
	CUTS=50000 "$$BUILD/tests/storage_test" --gtest_filter='*PowerLoss*' 2>"$$BUILD/power_loss.log"
	export KILLS=300 LEADER_KILLS=50 RESTARTS=50 GONE_SECONDS=60 FILLS=20 ROUNDS=20
	"$$python" -B -m pytest -rs -s -p no:cacheprovider $(ARGS) \
	  tests/functional/test_{crash,database_gone,disk_full,cache_faults,clock,start_together}.py \
	  tests/functional/test_audit.py::test_killed_leaders_leave_no_gap_and_no_duplicate

lint: build  ## formatter and linter in check mode
	@git ls-files -co --exclude-standard 'src/*.h' 'src/*.cc' |
	  xargs clang-format-19 --dry-run --Werror
	echo "lint: formatted"
	git ls-files -co --exclude-standard 'src/*.cc' ':!src/*_test.cc' |
	  xargs -P "$$(nproc)" -n 4 clang-tidy-19 -p "$$BUILD" --quiet 2>&1 |
	  { grep -v -E 'Processing file|warnings? generated|^Suppressed|^Use -header-filter|^$$' || true; }
	echo "lint: no findings"

fuzz:  ## explore each fuzz target for a minute; ARGS="-max_total_time=600" for longer
	@installed=$$(setup/install build)
	mapfile -t folders < <(sed -nE 's/^(LIGHTGBM|ARROW)_DIR=/-DFAIRLINE_&/p' <<<"$$installed")
	mkdir -p build/fuzz
	cmake -G Ninja -S . -B build/fuzz -DFAIRLINE_FUZZ=ON -DCMAKE_C_COMPILER=clang-19 \
	  -DCMAKE_CXX_COMPILER=clang++-19 "$${folders[@]}" >build/fuzz/configure.log 2>&1 ||
	  { cat build/fuzz/configure.log >&2; exit 1; }
	ninja -C build/fuzz $$([ -t 1 ] || echo --quiet) fuzz_targets
	for target in build/fuzz/fuzz/*_fuzz; do
	  name=$$(basename "$$target" _fuzz)
	  echo "fuzz: $$name"
	  mkdir -p "build/fuzz/corpus/$$name"
	  "$$target" -max_total_time=60 -print_final_stats=1 -artifact_prefix="build/fuzz/$$name-" \
	    $(ARGS) "build/fuzz/corpus/$$name" "tests/fuzz/corpus/$$name"
	done

bench: build  ## compare with the Python stack, 15 minutes; ARGS=--quick for two
	@python=$$(setup/install bench | sed -n 's/^BENCH_PYTHON=//p')
	"$$python" -B bench/predict.py $(ARGS)

bench-record: build  ## what recording takes, SQLite and PostgreSQL, 10 minutes; ARGS=--quick for two
	@python=$$(setup/install bench | sed -n 's/^BENCH_PYTHON=//p')
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet) bench_writer
	"$$python" -B bench/record.py $(ARGS)

bench-engine: build  ## the engines beside others that score and explain, 15 minutes; ARGS=--quick for two
	@installed=$$(setup/install engine)
	python=$$(sed -n 's/^ENGINE_PYTHON=//p' <<<"$$installed")
	export FASTTREESHAP_PYTHON=$$(sed -n 's/^FASTTREESHAP_PYTHON=//p' <<<"$$installed")
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet) bench_engine
	"$$python" -B bench/engine.py $(ARGS)

bench-ensembles: build  ## our ensembles beside imbalanced-learn, half an hour; ARGS=--quick for two minutes
	@python=$$(setup/install ensembles | sed -n 's/^ENSEMBLES_PYTHON=//p')
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet) bench_ensembles
	"$$python" -B bench/ensembles.py $(ARGS)

equivalence: build  ## are our ensembles as good as imbalanced-learn's, 90 minutes; ARGS=--quick for one minute
	@installed=$$(setup/install ensembles)
	python=$$(sed -n 's/^ENSEMBLES_PYTHON=//p' <<<"$$installed")
	export ENSEMBLES_2023_PYTHON=$$(sed -n 's/^ENSEMBLES_2023_PYTHON=//p' <<<"$$installed")
	ninja -C "$$BUILD" $$([ -t 1 ] || echo --quiet) ensemble_oracle
	"$$python" -B tests/oracles/ensembles/equivalence.py $(ARGS)

clean:  ## remove what was built; what was downloaded stays cached
	@rm -rf "$$BUILD" demo
