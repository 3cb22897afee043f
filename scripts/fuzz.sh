#!/bin/bash
# Builds the fuzzer and runs one target: fuzz.sh TARGET SECONDS [libFuzzer's options]
# Without arguments it only builds. Inputs that are found stay in .build-fuzz/found/TARGET.
set -euo pipefail
cd "$(dirname "$0")/.."

export PVPIPE_FUZZ=1
build=.build-fuzz
swift build -c release --explicit-target-dependency-import-check error --scratch-path "$build" \
  --product fuzz --sanitize=address --sanitize=fuzzer -Xswiftc -sanitize=address,fuzzer \
  -Xswiftc -use-ld=lld
[ $# -gt 0 ] || exit 0

target=$1
seconds=${2:?usage: fuzz.sh TARGET SECONDS [options]}
shift 2
found=$build/found/$target
mkdir -p "$found"
# Foundation and libtorch are not instrumented: what crosses into them looks like an overflow of containers,
# and what they keep for good like a leak. The memory of one input and the whole process are limited instead.
export PVPIPE_FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_container_overflow=0:detect_leaks=0:allocator_may_return_null=1:detect_odr_violation=0
inputs=("$found" "Tests/FuzzTests/Inputs/$target")
[ "$target" != document ] || inputs+=(pipelines)
exec "$build/release/fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
  -malloc_limit_mb=1100 -max_len=16384 -print_final_stats=1 -print_funcs=0 \
  -artifact_prefix="$found/found-" "$@" "${inputs[@]}"
