#!/bin/bash
# What it saves that decoding, cropping and encoding go on beside drawing: the same run on one core and on two.
#
#   Benchmarks/overlap.sh [PROGRAM]
#
# Tensor operations have one thread, so that only decoding, cropping and encoding can use the second core. The inversions are
# made before, with few steps; what is timed decodes and crops the source, draws three views of each frame and encodes.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-.build/release/pvpipe}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OPENBLAS_NUM_THREADS=1
run=("$program" run pipelines/reenact.json --fast --cache "$folder/cache" --threads 1 --quiet --out "$folder")
"${run[@]}" --until target-latents

timed() {
  local start=$EPOCHREALTIME
  taskset -c "$1" "${run[@]}" --set "output.path=$2.mp4"
  python3 -c "print(f'{$EPOCHREALTIME - $start:.1f}')"
}
for round in 1 2 3; do
  one=$(timed 0 "one-$round")
  two=$(timed 0,1 "two-$round")
  python3 -c "print(f'round $round: one core $one s, two cores $two s, {$one / $two:.2f}x')"
done
