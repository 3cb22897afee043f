#!/bin/sh
# Makes examples/actor.mp4, examples/portrait.jpg and examples/train/clips from a folder of synthetic heads.
#
# usage: tools/make-examples.sh HEADS
# needs: pvpipe, built or named by PVPIPE, and the ffmpeg program with its AAC encoder
set -eu

heads=${1:?usage: tools/make-examples.sh HEADS}
root=$(cd "$(dirname "$0")/.." && pwd)
pvpipe=${PVPIPE:-$root/.build/release/pvpipe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$pvpipe" act --heads "$heads" --out "$work/actor.mp4" \
  --seed 4 --look-seed 3 --voice 195 --seconds 4
ffmpeg -v error -y -i "$work/actor.mp4" -i "$work/actor.wav" \
  -map 0:v -map 1:a -c:v copy -c:a aac -b:a 64k -ac 1 -movflags +faststart \
  "$root/examples/actor.mp4"

"$pvpipe" act --heads "$heads" --out "$root/examples/portrait.jpg" \
  --still --look-seed 4 --identity Hispanic_M_1 --quality 3

"$pvpipe" act --heads "$heads" --out "$root/examples/train/clips" \
  --clips 6 --size 64 --seconds 2 --seed 11 --quality 16
