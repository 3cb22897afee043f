#!/bin/sh
# Makes what this project was trained with anew from its public origins.
#
# usage: tools/rebuild-data.sh networks|heads OUT
#
# networks: the files of Sources/Faces/Resources, in OUT/Resources, and says which differ from the repository's.
#   The converters were run one by one on mediapipe 0.10.21 and face-recognition-models 0.3.0 from PyPI: all files came
#   out equal, with SqueezeNet's weights and the face geometry given. Not run: this script as a whole, and the downloads
#   from GitHub. The decoder of SqueezeNet was tested on the known weights, encoded again.
# heads: a folder of synthetic heads, in OUT/heads, as `pvpipe pretrain --heads` reads it.
#   Not run: the download. The conversion was tested on a file made by tools/test_valid_heads.py, not on the originals,
#   and does not give the same files as those the default model was trained on: see tools/valid_heads.py.
# needs: python3 with venv, git, curl, and the internet
set -eu

usage="usage: tools/rebuild-data.sh networks|heads OUT"
what=${1:?$usage}
out=${2:?$usage}
tools=$(cd "$(dirname "$0")" && pwd)
resources=$tools/../Sources/Faces/Resources
mkdir -p "$out/origins"
out=$(cd "$out" && pwd)
python=$out/python/bin/python3
if [ ! -x "$python" ]; then
  python3 -m venv "$out/python"
  "$python" -m pip install --quiet numpy pillow wheel 'setuptools>=75,<80'
fi

# clone ADDRESS COMMIT FOLDER
clone() {
  if [ ! -d "$out/origins/$3" ]; then
    git clone --quiet "$1" "$out/origins/$3.partial"
    git -C "$out/origins/$3.partial" checkout --quiet "$2"
    mv "$out/origins/$3.partial" "$out/origins/$3"
  fi
}

networks() {
  cd "$out/origins"
  "$python" -m pip download --quiet --no-deps --only-binary :all: --python-version 3.12 \
    --platform manylinux_2_28_x86_64 mediapipe==0.10.21
  "$python" -m pip download --quiet --no-deps --no-binary :all: --no-build-isolation \
    face-recognition-models==0.3.0
  "$python" -m zipfile -e mediapipe-0.10.21-*.whl mediapipe
  tar -xzf face_recognition_models-0.3.0.tar.gz

  assets=$out/assets
  mkdir -p "$assets/weights" "$assets/face_geometry" "$assets/licences"
  modules=mediapipe/mediapipe/modules
  while read -r network file; do
    "$python" "$tools/tflite_weights.py" "$modules/$file.tflite" "$assets/weights/$network.safetensors"
  done <<END
face_detection_short_range face_detection/face_detection_short_range
face_detection_full_range face_detection/face_detection_full_range_sparse
face_landmark face_landmark/face_landmark
iris_landmark iris_landmark/iris_landmark
selfie_segmentation selfie_segmentation/selfie_segmentation
END
  name=dlib_face_recognition_resnet
  "$python" "$tools/dlib_weights.py" \
    "face_recognition_models-0.3.0/face_recognition_models/models/${name}_model_v1.dat" \
    "$assets/weights/${name}_v1.safetensors"

  clone https://github.com/songhan/SqueezeNet-Deep-Compression \
    5623e3cdbe1fcd83328c61ce2ee42c34ed319aa3 squeezenet
  "$python" "$tools/squeezenet_weights.py" squeezenet/compressed_SqueezeNet.net \
    "$assets/weights/squeezenet_v1.0_deepcompressed.safetensors"

  # The wheel does not hold the face geometry.
  for file in canonical_face_model.obj geometry_pipeline_metadata_landmarks.pbtxt; do
    curl --fail --silent --show-error --location --output "$assets/face_geometry/$file" \
      "https://raw.githubusercontent.com/google-ai-edge/mediapipe/v0.10.21/mediapipe/modules/face_geometry/data/$file"
  done
  for file in "$resources"/*LICEN?E*.txt; do
    cp "$file" "$assets/licences/$(basename "$file" .txt)"
  done
  "$python" "$tools/face_networks.py" "$assets" "$out/Resources"
  for file in "$out/Resources"/*; do
    cmp -s "$file" "$resources/$(basename "$file")" || echo "differs: $(basename "$file")"
  done
}

heads() {
  clone https://github.com/c-frame/valid-avatars-glb c4719df7a2b60a96cc7f56d67e247674b68c4ea7 valid
  "$python" "$tools/valid_heads.py" "$out/origins/valid" "$tools/heads" "$out/heads"
}

case $what in
  networks | heads) "$what" ;;
  *) echo "$usage" >&2; exit 64 ;;
esac
