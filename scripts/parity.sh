#!/bin/bash
# Turns what the fixture tests measured into Markdown: scripts/parity.sh MEASURED > docs/parity.md
# MEASURED is the file that PVPIPE_PARITY named while they ran; see Tests/TestSupport/Parity.swift.
set -euo pipefail
export LC_ALL=C

measured=${1:?usage: scripts/parity.sh MEASURED}

cat <<'EOF'
# Parity with the official code

How far our numbers are from those that PV3D's own code gave on a CPU, by module and quantity. Made by `make parity`,
which runs the fixture tests with `PVPIPE_PARITY`; the official numbers are the folder `PVPIPE_FIXTURES`.

- **largest** is the largest absolute difference of one number from the official one.
- **relative** is the largest part of the tensor's largest magnitude that a difference amounts to.
- **tolerance** is what the tests allow, relative to that magnitude: ten times the difference between two runs of the
  official code, but not below 1e-5 (gradients: 5e-3, because the slope of a leaky rectifier jumps). Where tensors of
  one quantity have different tolerances, it is that of the tensor that comes nearest to its own.
- **of it** is the largest part of its tolerance that a tensor uses.
- **beyond** is how many numbers lie beyond the tolerance. A sample that falls into the neighboring bin moves a whole
  ray, so that one in a thousand numbers of an image may differ by 1e-3 of the scale; after steps of Adam without
  momentum, whose first step is the sign of a gradient, one in a hundred.

| module | quantity | tensors | numbers | largest | relative | tolerance | of it | beyond |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
EOF

awk -F '\t' '
  $1 == "measured" {
    key = $2 "\t" $3
    tensors[key]++
    numbers[key] += $7
    beyond[key] += $8
    relative = $4 / $5
    if ($4 > largest[key]) largest[key] = $4
    if (relative > part[key]) part[key] = relative
    used = $6 > 0 ? relative / $6 : (relative > 0 ? 1e9 : 0)
    if (!(key in use) || used > use[key]) { use[key] = used; tolerance[key] = $6 }
  }
  END {
    for (key in tensors) {
      split(key, name, "\t")
      of = "—"
      if (use[key] < 1e8) of = sprintf("%.2f", use[key])
      printf("%s\t| %s | %s | %d | %d | %.1e | %.1e | %.1e | %s | %d |\n", key, name[1], name[2],
        tensors[key], numbers[key], largest[key], part[key], tolerance[key], of, beyond[key])
    }
  }' "$measured" | sort | cut -f 3- | sed -e 's/ 0\.0e+00 / 0 /g'

recorded=$(grep -c '^recorded' "$measured" || true)
unread=$(comm -23 <(grep '^recorded' "$measured" | cut -f 2 | sort -u) \
  <(grep '^read' "$measured" | cut -f 2 | sort -u))
count=$(grep -c . <<<"$unread" || true)

echo
echo "Of $recorded recorded tensors, inputs and weights among them, the tests read $((recorded - count))."
if [[ -n "$unread" ]]; then
  echo
  echo "Not read, being inputs that our code has no use for or constants, unless a test is missing:"
  echo
  sed -e 's/.*/- `&`/' <<<"$unread"
fi
