#!/bin/bash
# Reproduces the numbers and sheets of docs/results.md.
#   tools/results.sh CLIPS OUT [MODEL]
# CLIPS holds video/d10.mp4, video/d18.mp4, video/d20.mp4, still/s9.jpg, still/s12.jpg and still/s42.jpg.
set -euo pipefail
clips=$1 out=$2 model=${3:-}
pvpipe=${PVPIPE:-.build/release/pvpipe}
mkdir -p "$out"
set_model=()
[[ -z "$model" ]] || set_model=(--set "model.path=$model")

sheet() {  # video, picture: every eighth frame, one below the other
  ffmpeg -v error -y -i "$1" -vf "select='not(mod(n\,8))',tile=2x4" -frames:v 1 "$2"
}

reconstruct() {  # name, file
  local to=$out/reconstruct-$1
  "$pvpipe" run tools/measure/reconstruct.json "${set_model[@]}" \
    --set "source.path=$2" --set source.count=64 --out "$to" 2>"$to.log"
  for view in view-0 view-m15 view-p15 view-m30 view-p30; do
    echo "== reconstruct $1: crops against $view"
    "$pvpipe" compare "$to/crops.mp4" "$to/$view.mp4"
  done
  ffmpeg -v error -y -i "$to/crops.mp4" -i "$to/view-0.mp4" -i "$to/view-m30.mp4" \
    -i "$to/view-m15.mp4" -i "$to/view-p15.mp4" -i "$to/view-p30.mp4" -filter_complex \
    "hstack=inputs=6,select='not(mod(n\,16))',tile=1x4" -frames:v 1 "$to.png"
}

retarget() {  # name, source, target
  local to=$out/retarget-$1
  "$pvpipe" run tools/measure/retarget.json "${set_model[@]}" --set "source.path=$2" \
    --set source.count=64 --set "target.path=$3" --set target.count=64 --out "$to" 2>"$to.log"
  echo "== retarget $1: source against result"
  "$pvpipe" compare "$to/source.mp4" "$to/result.mp4"
  echo "== retarget $1: target against result"
  "$pvpipe" compare "$to/target.mp4" "$to/result.mp4"
  sheet "$to/sheet.mp4" "$to.png"
}

retarget d10-d18 "$clips/video/d10.mp4" "$clips/video/d18.mp4"
retarget d10-s9 "$clips/video/d10.mp4" "$clips/still/s9.jpg"
retarget d10-s12 "$clips/video/d10.mp4" "$clips/still/s12.jpg"
for clip in video/d20.mp4 video/d18.mp4 still/s9.jpg still/s42.jpg; do
  name=$(basename "${clip%.*}")
  reconstruct "$name" "$clips/$clip"
done
