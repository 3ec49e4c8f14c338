# The two commands that matter are `make run` and `make test`. Both need nothing but Rust and a C compiler: what else is
# missing they install. The rest are short names for cargo's commands.

CARGO ?= cargo
# What is ours: the suite's guests are built for WebAssembly, by the tests that need them.
OURS := --workspace --exclude 'guest-*'

.DEFAULT_GOAL := help
.PHONY: help run test toolchain registry-server oldest-rust bare-tree corpus lint docs bench sdk-clients fuzz soak

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: toolchain ## build the gateway and serve on 127.0.0.1:8080; ARGS="--config fingerpost.toml" adds arguments
	$(CARGO) run --release --package fingerpost -- serve $(ARGS)

test: toolchain registry-server oldest-rust ## run the whole test suite
	$(CARGO) test $(OURS)

toolchain: ## find or install what builds policies
	@scripts/toolchain.sh

registry-server: ## find or unpack the registry server that the tests of OCI registries start
	@scripts/registry-server.sh

oldest-rust: ## find or unpack the oldest Rust that policies support, with which the tests build them
	@scripts/oldest-rust.sh

# The folder that becomes a bare Debian, and the part that runs in it: run, test or both.
TREE ?= /var/tmp/fingerpost-bare-tree
PART ?= both

bare-tree: ## as root: play both commands of the README in a bare Debian in TREE; PART=run or PART=test plays one
	@scripts/bare-tree.sh $(TREE) $(PART)

corpus: toolchain ## make the guests of a new interface version, once; those that are there are never made again
	$(CARGO) test --package fingerpost-tests --test suite -- --ignored --exact corpus::make_the_corpus_of_this_version

lint: toolchain ## check format and lints, those of the suite's guests too
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

docs: toolchain ## build the API docs and run their examples
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(OURS) --lib --no-deps
	$(CARGO) test $(OURS) --doc

bench: toolchain ## measure what a decision costs
	$(CARGO) bench --package fingerpost

sdk-clients: toolchain ## run OpenAI's own SDKs against the gateway, as the test suite does
	$(CARGO) test --package fingerpost-tests --test suite -- official_python_and_node

# What is fuzzed: stream, answer or failure; and for how many seconds.
WHAT ?= stream
SECONDS ?= 60

fuzz: toolchain ## fuzz what providers send: WHAT=stream, answer or failure, SECONDS=60; needs nightly Rust and cargo-fuzz
	cd fuzz && $(CARGO) run --quiet --bin seeds && $(CARGO) +nightly fuzz run $(WHAT) -- -max_total_time=$(SECONDS)

# How many streams the soak asks for.
STREAMS ?= 10000

soak: toolchain ## ask for STREAMS=10000 streams over failing providers; the test suite does the same with fewer
	FINGERPOST_SOAK_STREAMS=$(STREAMS) $(CARGO) test --package fingerpost-tests --test suite -- soak:: --nocapture
