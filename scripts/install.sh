#!/bin/bash
# Installs the Debian packages that the build and the tests need and that are missing.
# Does nothing where none is missing.
set -euo pipefail

if ! command -v swift >/dev/null; then
  echo "Swift is not installed: get 6.2 or later at https://www.swift.org/install/linux/debian/12" >&2
  echo "and put the folder of the command 'swift' into PATH." >&2
  exit 69
fi

wanted=(libavcodec-dev libavformat-dev libswscale-dev)
# A libtorch of one's own replaces Debian's.
# Debian's would take the reference BLAS, which is several times slower than OpenBLAS.
[[ -n "${PVPIPE_TORCH_HOME:-}" ]] || wanted+=(libtorch-dev libopenblas0-pthread)
# Python runs an example and judges the schema of pipelines. The Slurm of the tests has 3 MB; no daemon of the
# system's is set up or needed.
[[ "${1:-}" == --with-tests ]] &&
  wanted+=(ffmpeg python3-jsonschema slurmctld slurmd slurm-client munge)
# The eager opponent of the benchmark.
[[ "${1:-}" == --with-benchmarks ]] && wanted+=(python3-torch)

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ "$state" == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "this system has no apt-get; install by hand what is called ${missing[*]} in Debian" >&2
  exit 69
fi
root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "neither root nor sudo; run as root: apt-get install ${missing[*]}" >&2
    exit 69
  fi
  root=(sudo)
fi
echo "installing ${missing[*]}"
"${root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}"
