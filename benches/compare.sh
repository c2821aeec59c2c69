#!/usr/bin/env bash
# Measures exboard against what a reader knows; see compare.py. Installs the peers below target/compare, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

work=target/compare
mkdir -p "$work"
cargo build --quiet --locked --profile dist
rows=("$@")
if [ $# -eq 0 ] || [[ " $* " == *" peers "* ]]; then
    if [ ! -x "$work/venv/bin/yamllint" ]; then
        python3 -m venv "$work/venv"
        "$work/venv/bin/pip" --quiet install check-jsonschema==0.39.0 yamllint==1.38.0
    fi
    if [ ! -x "$work/node_modules/.bin/spectral" ]; then
        npm --silent --no-fund --no-audit --prefix "$work" install @stoplight/spectral-cli@6 ajv-cli@5 ajv-formats@3
    fi
fi
exec python3 benches/compare.py "${rows[@]}"
