# `make demo` and `make test` install what is missing, build and run; see CONTRIBUTING.md.
.PHONY: build bench bench-heads bench-renderer demo examples format install lint parity placement test

# The flags are the same everywhere, so that nothing is built twice.
flags := -c release --explicit-target-dependency-import-check error
pvpipe := .build/release/pvpipe
python := /usr/bin/python3
threads := 2
sources := Package.swift Sources Tests Benchmarks examples

demo: build
	$(pvpipe) run pipelines/reenact.json --set source.path=examples/actor.mp4 \
	  --set target.path=examples/portrait.jpg --set output.path=out/demo.mp4

test:
	scripts/install.sh --with-tests
	$(MAKE) lint
	swift build $(flags) --build-tests
	scripts/test.sh $(flags) --skip-build --disable-xctest
	$(pvpipe) validate pipelines/*.json
	scripts/console.sh docs/plugins.md

# The commands of docs/plugins.md, which build and run what is in examples.
examples: build
	scripts/console.sh docs/plugins.md

# Differences from the official numbers, for which PVPIPE_FIXTURES or PVPIPE_SHARED names the folder.
parity: install
	swift build $(flags) --build-tests
	rm -f .build/parity.tsv
	PVPIPE_PARITY=$(CURDIR)/.build/parity.tsv swift test $(flags) --skip-build --disable-xctest \
	  --filter 'PV3DTests|TensorsTests|CommandTests'
	scripts/parity.sh .build/parity.tsv > .build/parity.md
	mv .build/parity.md docs/parity.md

# The tests of the GPU on a stand-in, which is the CPU under another name: that no device is mixed.
placement: install
	swift build $(flags) --build-tests
	clang++ -std=c++17 -O1 -fPIC -shared Tests/StandIn/device.cpp -o .build/stand-in.so \
	  -ltorch -ltorch_cpu -lc10
	LD_PRELOAD=$(CURDIR)/.build/stand-in.so .build/release/pvpipePackageTests.xctest \
	  --testing-library swift-testing --filter CUDATests

build: install
	swift build $(flags) --product pvpipe

install:
	scripts/install.sh

lint:
	swift format lint --strict -r $(sources)

format:
	swift format -i -r $(sources)

# Ratios of the generator to an eager PyTorch implementation, in one run; needs Debian's python3-torch.
bench:
	scripts/install.sh --with-benchmarks
	swift build $(flags) --product generator-benchmark
	$(python) Benchmarks/Eager/compare.py --binary .build/release/generator-benchmark \
	  --model Sources/Stages/Resources/default-model.safetensors --folder out/bench \
	  --threads $(threads)

# Ratios of the fused renderer to its composition, in one run.
bench-renderer: install
	swift build $(flags) --product renderer-benchmark
	.build/release/renderer-benchmark $(threads) 5

# Frames a second of the synthetic heads in the folder HEADS.
bench-heads: install
	swift build $(flags) --product heads-benchmark
	.build/release/heads-benchmark $(HEADS) 128 2
