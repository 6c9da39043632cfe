# make serve   install what is missing, build, run the bridge on loopback
# make test    everything: checks, unit, scenario and golden tests, fuzzing, real peers
# make deb     a Debian package of the release binary, into .build/deb
# make bench   what each hot path costs, compared with bench/thresholds.json
# make build   the release binary      make debug   the debug build and its tests      make format   lay the code out

SWIFT ?= swift
ARGS ?=
RELEASE := .build/release/sipctl

.DEFAULT_GOAL := build
.PHONY: serve test deb bench build debug format check clean setup

setup:
	@scripts/setup

build: setup
	$(SWIFT) build -c release --static-swift-stdlib --product sipctl

debug: setup
	$(SWIFT) build --build-tests

serve: build
	@exec $(RELEASE) serve $(ARGS)

test:
	@scripts/setup --test
	@SWIFT=$(SWIFT) scripts/test

check:
	@scripts/check-imports
	@scripts/check-docs
	@SWIFT=$(SWIFT) scripts/check-format

format:
	@$(SWIFT) format --in-place --recursive Package.swift Sources Tests bench fuzz

bench: build
	@scripts/setup --bench
	@bench/run

deb: build
	@scripts/setup --deb
	@scripts/deb

clean:
	rm -rf .build bench/out fuzz/out
