#!/bin/bash
# Runs the commands in the console blocks of a Markdown file: scripts/console.sh docs/plugins.md
# Each must succeed, and print every line that the file shows below it.
set -euo pipefail

file=${1:?usage: scripts/console.sh FILE.md}
command=
shown=()

finish() {
  [[ -n "$command" ]] || return 0
  echo "\$ $command"
  local printed wanted
  if ! printed=$(bash -c "$command" 2>&1 </dev/null); then
    printf '%s\n' "$printed" "$file: this command has failed" >&2
    exit 1
  fi
  for wanted in ${shown[@]+"${shown[@]}"}; do
    if ! grep -qxF -- "$wanted" <<<"$printed"; then
      printf '%s\n' "$printed" "$file: the command above has not printed the line: $wanted" >&2
      exit 1
    fi
  done
  command=
  shown=()
}

inside=false
while IFS= read -r line; do
  if [[ $line == '```console' ]]; then
    inside=true
  elif [[ $line == '```' ]]; then
    finish
    inside=false
  elif ! $inside; then
    continue
  elif [[ $line == '$ '* ]]; then
    finish
    command=${line#\$ }
  elif [[ $command == *\\ ]]; then
    command="${command%\\}${line#"${line%%[![:space:]]*}"}"
  else
    shown+=("$line")
  fi
done <"$file"
