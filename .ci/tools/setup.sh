# shellcheck shell=bash
# Sourced by the scripts of `.ci` that need programs of others: installs them below `target/`, pinned with checksums.
# What the machine itself lacks is installed where that is ours to do (root, with apt-get), and named everywhere else.

# The `install` of apt-get, where there is something to install with.
system_package() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null || return 1
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@" > /dev/null
}

missing() {
  printf '%s needs %s. %s\n' "$0" "$1" "$2" >&2
  exit 1
}

# Puts pre-commit, prek and zizmor on the PATH.
python_tools() {
  local folder=$1/python list=.ci/tools/requirements.txt
  if ! cmp -s "$list" "$folder/installed.txt"; then
    command -v python3 > /dev/null || system_package python3 python3-venv || missing python3 'Install Python 3.11 or later.'
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
      missing 'Python 3.11 or later' "This is $(python3 --version)."
    rm -rf "$folder"
    # Debian ships venv without what it needs to put pip into one.
    python3 -m venv "$folder" > /dev/null 2>&1 ||
      { system_package python3-venv && rm -rf "$folder" && python3 -m venv "$folder"; } ||
      missing "Python's venv with pip" 'On Debian and Ubuntu: apt-get install python3-venv'
    "$folder/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all: \
      --requirement "$list" || missing 'the packages of .ci/tools/requirements.txt' 'pip could not install them, see above.'
    cp "$list" "$folder/installed.txt"
  fi
  PATH=$folder/bin:$PATH
}

# Installs what `package-lock.json` names into $1/node.
node_tools() {
  local folder=$1/node list=.ci/tools/package-lock.json
  if ! cmp -s "$list" "$folder/installed.json"; then
    command -v npm > /dev/null || system_package nodejs npm || missing 'Node.js with npm' 'Install Node.js 18 or later.'
    rm -rf "$folder"
    mkdir -p "$folder"
    cp .ci/tools/package.json "$list" "$folder/"
    npm --prefix "$folder" ci --silent --ignore-scripts ||
      missing 'the packages of .ci/tools/package-lock.json' 'npm could not install them.'
    cp "$list" "$folder/installed.json"
  fi
}
