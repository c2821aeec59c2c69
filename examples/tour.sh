#!/usr/bin/env bash
# Builds exboard and judges the example repositories with it, at the instant for which they were written.
# Fails where a verdict is not the expected one.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --release --locked
exboard=${CARGO_TARGET_DIR:-target}/release/exboard

# The broken examples are broken on purpose: in a workflow they are no annotations.
unset GITHUB_ACTIONS

judge() {
  local expected=$1 code=0
  shift
  printf '\n$ exboard %s\n' "$*"
  "$exboard" "$@" || code=$?
  if [ "$code" -ne "$expected" ]; then
    printf 'exit code %s, expected %s\n' "$code" "$expected" >&2
    exit 1
  fi
}

now=2026-11-20T09:00:00Z
judge 1 -C examples/broken check --now "$now" "$@"
judge 0 -C examples/board check --now "$now" "$@"
judge 0 -C examples/board test
