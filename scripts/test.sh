#!/bin/bash
# Runs `swift test` with the arguments given; after a failure what failed is told once more, at the end.
set -uo pipefail
log=.build/test.log
swift test "$@" 2>&1 | tee "$log"
status=$?
if [[ $status -ne 0 ]]; then
  echo "what failed (all of it is in $log):"
  grep -a -E '^✘ .*(recorded an issue|Time limit)|error: Exited|unexpected signal' "$log" | cut -c1-600 | head -100
fi
exit $status
