#!/bin/bash
# Reproduces the numbers and sheets of docs/results.md.
#   tools/results.sh CLIPS HEADS OUT [MODEL]
# HEADS is the folder of the synthetic heads. CLIPS holds video/d10.mp4, video/d12.mp4, video/d18.mp4, video/d20.mp4,
# still/s9.jpg, still/s12.jpg and still/s42.jpg. JOBS (2) of them run at once, each on one thread.
set -euo pipefail
clips=$1 heads=$2 out=$3 model=${4:-}
pvpipe=${PVPIPE:-.build/release/pvpipe}
export OPENBLAS_NUM_THREADS=1
mkdir -p "$out"

run() {  # document, folder, settings...
  local document=$1 to=$2
  shift 2
  local chosen=()
  [[ -z "$model" ]] || chosen=(--set "model.path=$model")
  "$pvpipe" run "$document" --threads 1 "${chosen[@]}" "$@" --out "$to" 2>"$to.log"
}

reconstruct() {  # name, file, model
  local to=$out/reconstruct-$1 model=${3:-$model}
  run tools/measure/reconstruct.json "$to" --set "source.path=$2" --set source.count=64
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
  run tools/measure/retarget.json "$to" --set "source.path=$2" --set source.count=64 \
    --set "target.path=$3" --set target.count=64
  echo "== retarget $1: source against result"
  "$pvpipe" compare "$to/source.mp4" "$to/result.mp4"
  echo "== retarget $1: target against result"
  "$pvpipe" compare "$to/target.mp4" "$to/result.mp4"
  ffmpeg -v error -y -i "$to/sheet.mp4" -vf "select='not(mod(n\,8))',tile=2x4" -frames:v 1 "$to.png"
}

job() {  # function, name, arguments...
  while (($(jobs -rp | wc -l) >= ${JOBS:-2})); do wait -n; done
  "$@" >"$out/$1-$2.txt" &
}

# One performance by two heads that training never saw: the second one's own rendering is the truth.
"$pvpipe" act --heads "$heads" --identity Hispanic_F_1 --seed 5 --out "$out/actor.mp4"
"$pvpipe" act --heads "$heads" --identity White_M_3 --seed 5 --out "$out/truth.mp4"
"$pvpipe" act --heads "$heads" --identity White_M_3 --seed 5 --still --out "$out/still.jpg"
"$pvpipe" pretrain --heads "$heads" --until 0 --out "$out/control"

job retarget d10-d18 "$clips/video/d10.mp4" "$clips/video/d18.mp4"
job retarget d10-s9 "$clips/video/d10.mp4" "$clips/still/s9.jpg"
# The head of d12 turns, which d10's hardly does.
job retarget d12-s9 "$clips/video/d12.mp4" "$clips/still/s9.jpg"
job retarget d10-s12 "$clips/video/d10.mp4" "$clips/still/s12.jpg"
job reconstruct s42 "$clips/still/s42.jpg"
job reconstruct d20 "$clips/video/d20.mp4"
job retarget self-check "$out/actor.mp4" "$out/still.jpg"
job reconstruct d18 "$clips/video/d18.mp4"
job reconstruct s42-control "$clips/still/s42.jpg" "$out/control/model.safetensors"
job reconstruct d18-control "$clips/video/d18.mp4" "$out/control/model.safetensors"
wait
"$pvpipe" run tools/measure/crops.json --quiet --set "source.path=$out/truth.mp4" --set source.count=64 \
  --out "$out"
echo "== self-check: the truth's crops against the result" >"$out/self-check.txt"
"$pvpipe" compare "$out/crops.mp4" "$out/retarget-self-check/result.mp4" >>"$out/self-check.txt"
cat "$out"/*.txt
