# Every target installs what it needs and is missing (Debian, Ubuntu). See CONTRIBUTING.md.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
CARGO ?= cargo
FUZZ_SECONDS ?= 60
# Where `make run` and `make demo` have their programs. CI says target/debug: those that its tests were run on.
PROGRAMS ?= target/release

.PHONY: help deps build run test lint advisories bench check-targets packs-f32 samples fuzz ui ui-test types demo \
	window window-test bundle icons e2e screenshots jvm-test swift-test bindings

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

deps:
	scripts/install-deps.sh build

build: deps ## Build the glimpse command (target/release/glimpse)
	scripts/install-deps.sh camera
ifeq ($(PROGRAMS),target/debug)
	scripts/install-deps.sh app
	$(CARGO) build --locked --workspace --bins --tests
else
	$(CARGO) build --release --locked -p glimpse-cli
endif

# A Mac has a display without saying so.
ifneq ($(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),)
run: window ## Open the window; where there is no display, serve the app and print its address
	target/release/glimpse-app
else
run: build ui
	$(PROGRAMS)/glimpse serve
endif

window: deps ui ## Build the window (target/release/glimpse-app)
	scripts/install-deps.sh app camera
	$(CARGO) build --release --locked -p glimpse-app --features custom-protocol

# Built with the features that `cargo test --workspace` has, so that nothing is built twice.
window-test: deps ui ## Test the window under a virtual display
	scripts/install-deps.sh app camera e2e
	$(CARGO) build --locked --workspace --bins --tests
	tests/window/run.sh target/debug/glimpse-app

bundle: deps ## Build a Debian package of the window (target/release/bundle)
	scripts/install-deps.sh app camera
	scripts/tauri.sh build --bundles deb -- --locked -p glimpse-app

.PHONY: android ios store-pictures
android: ## Build the app for Android (HOW=debug or release; docs/building-for-phones.md)
	scripts/phones.sh android $(HOW) -- $(FLAGS)

ios: ## Build the app for iOS, on a Mac (HOW=simulator, debug or release)
	scripts/phones.sh ios $(HOW) -- $(FLAGS)

icons: ## Draw the icons again (src-tauri/icons)
	scripts/tauri.sh icon assets/icon/icon.json --output src-tauri/icons
	rm -f src-tauri/icons/Square*.png src-tauri/icons/StoreLogo.png

demo: build ## Read the sample pictures, describe the photographs, and print timings
	$(PROGRAMS)/glimpse read assets/samples
	$(PROGRAMS)/glimpse describe assets/samples/photos

# npm ci takes the versions of package-lock.json and no others; the copy says which were installed.
ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	scripts/install-deps.sh node
	scripts/npm.sh ci
	@touch $@

# Built again only where something of it is newer: the window is, too, when ui/dist changes.
UI_SOURCES := $(shell find ui $(wildcard mobile/*/guest-js) \( -name node_modules -o -path ui/dist \) -prune -o -type f -print)
ui: ui/dist/.vite/manifest.json ## Build the web UI (ui/dist)
ui/dist/.vite/manifest.json: ui/node_modules/.package-lock.json $(UI_SOURCES)
	scripts/npm.sh run build
	scripts/npm.sh run check:size

ui-test: ui/node_modules/.package-lock.json
	scripts/npm.sh test

tests/ui/node_modules/.package-lock.json: tests/ui/package.json tests/ui/package-lock.json
	scripts/install-deps.sh node
	scripts/npm.sh --prefix ../tests/ui ci
	@touch $@

e2e: deps ui tests/ui/node_modules/.package-lock.json ## Test the UI in Chromium against `glimpse serve`
	scripts/install-deps.sh app camera e2e
	$(CARGO) build --locked --workspace --bins --tests
	scripts/npm.sh --prefix ../tests/ui test

screenshots: build ui tests/ui/node_modules/.package-lock.json ## Take docs/screenshots again
	scripts/install-deps.sh e2e fonts
	GLIMPSE=$(CURDIR)/target/release/glimpse scripts/npm.sh --prefix ../tests/ui run screenshots

store-pictures: build ui tests/ui/node_modules/.package-lock.json ## Take the pictures of the stores again (fastlane)
	scripts/install-deps.sh e2e fonts
	GLIMPSE=$(CURDIR)/target/release/glimpse scripts/npm.sh --prefix ../tests/ui run store

types: deps ui/node_modules/.package-lock.json ## Write the UI's types again, from the service's
	$(CARGO) run --locked --quiet -p glimpse-serve --example schema > ui/src/backend/schema.json.tmp
	mv ui/src/backend/schema.json.tmp ui/src/backend/schema.json
	scripts/npm.sh run types

# The packer is built with all else, whose crates would be compiled twice for it alone. Examples are not: lint compiles
# them.
test: deps ui ui-test ## Run all tests, kernels and engine also on aarch64 under qemu
	scripts/install-deps.sh app camera tests
	$(CARGO) build --locked --workspace --bins --tests
	$(MAKE) packs-f32 PACKER=target/debug/glimpse-packer
	$(MAKE) rust-test window-test e2e jvm-test
	python3 -m unittest discover -q -s benches
	python3 -m unittest discover -q -s benches/rendered
	python3 -m unittest discover -q -s trainer/tests
	python3 -m unittest discover -q -s scripts/tests
	python3 -m unittest discover -q -s fastlane
	$(MAKE) check-targets PART=most

.PHONY: rust-test
rust-test:
	$(CARGO) test --locked --workspace --lib --bins --tests
	$(CARGO) test --locked --workspace --doc

bindings: deps ## Write the bindings of mobile/sdk again, from glimpse-sdk's interface
	$(CARGO) build --locked -p glimpse-sdk -p glimpse-bindgen
	scripts/check-bindings.sh --write

# Built with the features that `cargo test --workspace` has, so that nothing is built twice.
jvm-test: deps ui ## Compile and test what Kotlin there is in mobile/, and compare the SDKs' bindings
	scripts/install-deps.sh app camera jvm
	$(CARGO) build --locked --workspace --lib --bins --tests
	scripts/check-bindings.sh
	mvn -q -B -f mobile/pom.xml test

swift-test: deps ## Compile and test what Swift there is in mobile/
	$(CARGO) build --locked -p glimpse-sdk
	scripts/swift-test.sh

PART ?= all
check-targets: deps ## Test kernels and engine on aarch64, type-check for phones and wasm, link for Android
	scripts/check-targets.sh $(PART)

packs-f32: deps assets/f32/find-f32.safetensors ## Make the f32 packs (assets/f32), if missing

PACKER ?= $(CARGO) run --locked -p glimpse-packer --
assets/f32/find-f32.safetensors:
	scripts/install-deps.sh models
	$(PACKER) fetch
	$(PACKER) convert --precision f32

lint: deps ui/node_modules/.package-lock.json tests/ui/node_modules/.package-lock.json ## Formatting, clippy, documentation, licences, scripts, the tree
	scripts/install-deps.sh app camera lint deny workflows
	scripts/lint.sh

advisories: deps ## Known security advisories of the dependencies (needs the network)
	scripts/install-deps.sh deny
	scripts/cargo-deny.sh --workspace check advisories

bench: build packs-f32 ## Make the tables of docs/performance.md again
	benches/run.sh

samples: ## Draw the sample pictures again (assets/samples)
	scripts/install-deps.sh fonts
	$$(python3 -c 'import PIL' 2>/dev/null && echo python3 || echo /usr/bin/python3) assets/samples/make.py

fuzz: ## Run each fuzz target for FUZZ_SECONDS (60)
	scripts/install-deps.sh fuzz
	scripts/fuzz.sh $(FUZZ_SECONDS)
