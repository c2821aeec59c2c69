#!/usr/bin/env bash
# The life of one exception, from nothing to the decision log, in about a minute: an empty repository, a request, a pull
# request that is red, then waits, then green, its merge, its receipt; and what becomes of somebody who goes round it.
# GitHub is played by pull_request/forge.py, on this machine. Fails where a step ends otherwise than it should.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in git ssh-keygen python3; do
  command -v "$program" > /dev/null || { echo "this story needs $program on the PATH" >&2; exit 1; }
done
cargo build --quiet --locked
exboard=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)/exboard
forge=$PWD/examples/pull_request/forge.py

scratch=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2> /dev/null; fi; rm -rf "$scratch"' EXIT
export HOME=$scratch
# In a job of GitHub the findings would be its own, as annotations.
unset "${!GITHUB_@}" "${!EXBOARD_@}" "${!GIT_@}" XDG_CONFIG_HOME HTTP_PROXY http_proxy ALL_PROXY all_proxy
export GIT_CONFIG_NOSYSTEM=1
mkdir "$scratch/forge" "$scratch/governance"
python3 "$forge" "$scratch/forge" "$scratch/github.git" &
server=$!
git config --global init.defaultBranch main
git init --quiet --bare "$scratch/github.git"
cd "$scratch/governance"

# --- How it is told ---------------------------------------------------------------------------------------------------

# chapter TIME TEXT: from now on it is TIME of 4 May 2026, a Monday.
chapter() {
  export EXBOARD_NOW=2026-05-04T$1:00Z
  export GIT_AUTHOR_DATE=$EXBOARD_NOW GIT_COMMITTER_DATE=$EXBOARD_NOW
  printf '\n\n--- %s  %s\n' "$1" "$2"
}

# as NAME ADDRESS: whose hands are on the keyboard.
as() { git config --global user.name "$1"; git config --global user.email "$2"; }

# run CODE COMMAND…: shows a command and what it says; CODE is how it has to end.
run() {
  local expected=$1 code=0 word line='$'
  shift
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./=:@,-]*) line="$line '$word'" ;;
      *) line="$line $word" ;;
    esac
  done
  printf '\n%s\n' "$line"
  if [ "$1" = exboard ]; then shift; set -- "$exboard" "$@"; fi
  "$@" > "$scratch/said" 2>&1 || code=$?
  cat "$scratch/said"
  if [ "$code" -ne "$expected" ]; then
    printf '\nthis was to end with %s, and ended with %s\n' "$expected" "$code" >&2
    exit 1
  fi
}

# says TEXT…: the last command said that.
says() {
  local text
  for text in "$@"; do
    if ! grep --quiet --fixed-strings -- "$text" "$scratch/said"; then
      printf '\nthis was to say: %s\n' "$text" >&2
      exit 1
    fi
  done
}

# job CODE EVENT PAYLOAD COMMAND…: a command in a job of GitHub Actions.
job() {
  local expected=$1 event=$2
  printf '%s' "$3" > "$scratch/event.json"
  : > "$scratch/summary.md"
  shift 3
  printf '\n(a job of the workflow, for the event `%s`)' "$event"
  export GITHUB_EVENT_NAME=$event GITHUB_EVENT_PATH=$scratch/event.json GITHUB_REPOSITORY=northlight/governance
  GITHUB_API_URL=$(cat "$scratch/forge/address")
  export GITHUB_API_URL GITHUB_SERVER_URL=https://github.com GITHUB_BASE_REF=main GITHUB_TOKEN=of-the-job
  export GITHUB_STEP_SUMMARY=$scratch/summary.md GITHUB_OUTPUT=$scratch/outputs
  run "$expected" "$@"
  unset "${!GITHUB_@}"
}

# The payload of an event about pull request 7, as GitHub sends it, in what is read of it. $1 is the action.
about_pull_request() {
  printf '{"action": "%s", "number": 7, "sender": {"login": "mia-torres"}, "repository": {"id": 1},
    "pull_request": {"number": 7, "user": {"login": "mia-torres"},
    "base": {"sha": "%s", "repo": {"id": 1}}, "head": {"sha": "%s", "repo": {"id": 1}}}}' \
    "$1" "$(git rev-parse main)" "$(git rev-parse SEB-2026-0001)"
}

# --- The story --------------------------------------------------------------------------------------------------------

chapter 08:00 'Dan sets up the register, and says who decides'
as 'Dan Whitlock' dan@northlight.example
run 0 git init --quiet
run 0 exboard init --quiet
ssh-keygen -q -t ed25519 -N '' -C exboard-receipts -f "$scratch/receipt-key"
cat > policies/board.toml << END
[people.mia]
name = "Mia Torres"
emails = ["mia@northlight.example"]
github = "mia-torres"

[people.dan]
name = "Dan Whitlock"
emails = ["dan@northlight.example"]
github = "dan-whitlock"

[people.eva]
name = "Eva Lindgren"
emails = ["eva@northlight.example"]
github = "eva-lindgren"

[tiers.working]
members = ["mia", "dan"]
quorum = 1

[tiers.director]
members = ["dan", "eva"]
quorum = 1

[tiers.executive]
members = ["dan", "eva"]
quorum = 2

[receipts]
keys = ["$(cut -d ' ' -f 1,2 "$scratch/receipt-key.pub")"]
END
run 0 cat policies/board.toml
# The two examples that `init` brings are there to look at, and not for the log.
rm -r exceptions/intake/2026 registry/2026
run 0 exboard check --fix --allow-empty
run 0 git add --all
run 0 git commit --quiet --message 'Adopt exboard'
git remote add origin "$scratch/github.git"
run 0 git push --quiet origin main

chapter 09:00 'A bank asks for a year of logs. Mia writes down why two hosts cannot have it yet'
as 'Mia Torres' mia@northlight.example
run 0 git switch --quiet --create SEB-2026-0001
mkdir -p evidence/SEB-2026-0001
echo 'log-host-1: 90 days, log-host-2: 90 days, all others: 400 days' > evidence/SEB-2026-0001/retention.txt
run 0 exboard new board --status proposed \
  --account 'Harbor Bank' --opportunity OPP-7741 --close-date 2026-06-30 --requester 'Priya Raman' --team sales \
  --family logging --requirement 'Logs of all hosts are kept for a year.' \
  --exception 'Logs of two hosts are kept for 90 days until their new disks arrive.' \
  --justification 'The disks come in June, and the bank signs in May.' \
  --data confidential --asset log-host-1 --asset log-host-2 --days 60 --exploitability 20 --impact 60 \
  --control "$(sed -n 's/^\[control\.\(cc-logging-.*\)\]$/\1/p' policies/controls.toml | head -n 1)" --owner mia \
  --rollback-trigger 'A host loses a day of logs.' --rollback-step 'Mount the spare volume.' \
  --evidence test_result=evidence/SEB-2026-0001/retention.txt
says 'moderate lane (35–69) → director' 'Clean: 1 board'
run 0 git add --all
run 0 git commit --quiet --message 'SEB-2026-0001: propose it'
record=exceptions/director/2026/SEB-2026-0001.yaml

chapter 09:30 'The meeting is a pull request: Mia writes the decision that she asks for. On the way she corrects a number'
run 0 exboard decide SEB-2026-0001 --approve --by dan --until 2026-07-03 \
  --notes 'The two hosts hold no payment data, and the export of the other logs covers the gap.'
run 0 sed -i.old 's/^impact_score: 60/impact_score: 75/' "$record"
rm "$record.old"
run 0 git commit --quiet --all --message 'SEB-2026-0001: approve it'
run 0 git push --quiet origin SEB-2026-0001
job 1 pull_request "$(about_pull_request opened)" exboard check --github
says 'lane/score-mismatch' 'exboard check --fix --diff origin/main' 'check `exboard`: Not in order' \
  '1 suggestion made in the pull request'

chapter 09:40 'What has one right answer is mended by the program'
run 1 exboard check --fix --diff origin/main
says 'fixed 1 finding in 1 file'
run 0 git diff --unified=0
run 0 git commit --quiet --all --message 'SEB-2026-0001: the sum again'
run 0 git push --quiet origin SEB-2026-0001
job 0 pull_request "$(about_pull_request synchronize)" exboard check --github
says 'Waiting for the director board: 0 of 1'

chapter 10:30 'Dan reads it, and votes: he approves the pull request'
printf '[{"id": 71, "user": {"login": "dan-whitlock"}, "state": "APPROVED", "commit_id": "%s",
  "submitted_at": "%s"}]' "$(git rev-parse HEAD)" "$EXBOARD_NOW" > "$scratch/forge/reviews.json"
job 0 pull_request_review "$(about_pull_request submitted)" exboard check --github
says 'check `exboard`: In order'
run 0 cat ../summary.md
says '| ✅ |'

chapter 11:00 'It is merged, all its commits squashed into one; CI signs a receipt of who voted'
before=$(git rev-parse main)
run 0 git switch --quiet main
run 0 git merge --quiet --squash SEB-2026-0001
run 0 git commit --quiet --message 'SEB-2026-0001: 90 days of logs on two hosts (#7)'
printf '{"head": "%s", "landed": "%s", "at": "%s"}' "$(git rev-parse SEB-2026-0001)" "$(git rev-parse main)" "$EXBOARD_NOW" \
  > "$scratch/forge/merged.json"
EXBOARD_RECEIPT_KEY=$(cat "$scratch/receipt-key")
export EXBOARD_RECEIPT_KEY
job 0 push "{\"ref\": \"refs/heads/main\", \"before\": \"$before\", \"after\": \"$(git rev-parse main)\"}" exboard receipt
says '1 record, 1 vote'
unset EXBOARD_RECEIPT_KEY
run 0 git push --quiet origin main refs/notes/exboard
run 0 git notes --ref exboard show
says 'Approved-by: Dan Whitlock' 'BEGIN SSH SIGNATURE'

chapter 12:00 'An auditor asks. The branch is gone, GitHub is gone; the repository answers'
run 0 git branch --quiet -D SEB-2026-0001
kill "$server"
server=
run 0 exboard verify
run 0 exboard log
says 'SEB-2026-0001' 'dan'
run 0 exboard log SEB-2026-0001
run 0 exboard explain SEB-2026-0001

chapter 13:00 'Somebody gives the exception more time, and pushes it past the pull request'
run 0 sed -i.old 's/^approved_until: .*/approved_until: 2026-07-31/' "$record"
rm "$record.old"
run 0 git commit --quiet --all --message 'A little more time'
run 1 exboard verify
says 'expiry/silent-extension'

printf '\n\nThat was the whole life of an exception. How it works on GitHub: docs/github.md\n'
