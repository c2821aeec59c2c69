#!/usr/bin/env bash
# Installs the exboard that belongs to this commit of the action: the released binary, if its SHA-256 is in
# checksums.txt, else built from the source beside it. Nothing else is ever run.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source="$(dirname "$here")"
table="${EXBOARD_CHECKSUMS:-$here/checksums.txt}"
into="${RUNNER_TEMP:?}/exboard"
version="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)"

case "${RUNNER_OS:?}-${RUNNER_ARCH:?}" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc ;;
  *) target=none ;;
esac
suffix=""
if [ "$RUNNER_OS" = Windows ]; then suffix=.exe; fi
archive="exboard-$version-$target.tar.gz"
wanted="$(awk -v name="$archive" '$2 == name { print $1 }' "$table")"

sum_of() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | awk '{ print $1 }'
}

mkdir -p "$into/bin"
file="$into/$archive"
url="https://github.com/exboard/exboard/releases/download/v$version/$archive"
if [ -n "$wanted" ] && curl --proto '=https' --tlsv1.2 --retry 3 -fsSL -o "$file" "$url"; then
  found="$(sum_of "$file")"
  if [ "$found" != "$wanted" ]; then
    # Never a reason to go on: somebody changed the archive.
    echo "::error::$archive has the SHA-256 $found, and $wanted is expected" >&2
    exit 1
  fi
  # By its name alone: to the tar of Windows, `D:\…` is a file on the host `D`.
  (cd "$into" && tar -xzf "$archive" -C bin "exboard$suffix")
else
  echo "exboard $version is built from source: no released binary for $RUNNER_OS $RUNNER_ARCH"
  cargo install --locked --quiet --path "$source" --root "$into"
fi

program="$into/bin/exboard$suffix"
"$program" --version
echo "$into/bin" >> "${GITHUB_PATH:?}"
echo "exboard=$program" >> "${GITHUB_OUTPUT:?}"
