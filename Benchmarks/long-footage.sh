#!/bin/bash
# Peak memory of a whole re-enactment by 20 seconds of video and by more of the same clip, looped.
#
#   Benchmarks/long-footage.sh [SECONDS [PROGRAM]]     600 seconds if not given, at 25 frames a second
#
# A model of a few thousand numbers, small pictures and no fitting make a frame cheap; all stages run as they do with the
# default model, whose own memory would hide what grows.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
program=${2:-.build/release/pvpipe}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" train examples/train/tiny.json --until 1 --out "$folder/tiny" --quiet
ffmpeg -v error -i examples/actor.mp4 -vf scale=192:192 -preset veryfast -crf 20 -c:a copy "$folder/clip.mp4"

measure='import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{usage.ru_maxrss} KiB, {usage.ru_utime + usage.ru_stime:.0f} s of CPU")
sys.exit(done.returncode)'

for length in 20 "$seconds"; do
  ffmpeg -v error -stream_loop $((length / 4 - 1)) -i "$folder/clip.mp4" -c copy "$folder/$length.mp4"
  settings=()
  for setting in "model.path=$folder/tiny/model.safetensors" "source.path=$folder/$length.mp4" render.size=32 \
    source-face.size=96 target-face.size=96 target-latents.styleSteps=0 target-latents.extendedSteps=0 \
    target-latents.tuningSteps=0 target-latents.identityWeight=0 source-latents.identityWeight=0 target-latents.refiningSteps=0 \
    source-latents.refiningSteps=0; do
    settings+=(--set "$setting")
  done
  echo -n "$length s, $(ffprobe -v error -select_streams v -show_entries stream=nb_frames -of csv=p=0 "$folder/$length.mp4") frames: "
  python3 -c "$measure" "$program" run pipelines/reenact.json "${settings[@]}" --cache "$folder/cache" --threads 1 --quiet \
    --out "$folder"
done
