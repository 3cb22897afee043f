#!/bin/bash
# Compiles a plug-in against the modules of the built program: build.sh SOURCE.swift LIBRARY.so
# PVPIPE_BUILD names the program's build folder, by default .build/release of this checkout.
set -euo pipefail

source=${1:?usage: build.sh SOURCE.swift LIBRARY.so}
library=${2:?usage: build.sh SOURCE.swift LIBRARY.so}
build=${PVPIPE_BUILD:-$(dirname "$0")/../../.build/release}

# Only the modules' interfaces are used: what is in them comes from the program that loads the library.
maps=()
for wall in FFmpegShim ProgramShim TorchShim; do
  maps+=(-Xcc "-fmodule-map-file=$build/$wall.build/module.modulemap")
done
mkdir -p "$(dirname "$library")"
swiftc -O -swift-version 6 -parse-as-library -emit-library -module-name "$(basename "$source" .swift)" \
  -I "$build/Modules" "${maps[@]}" "$source" -o "$library"
