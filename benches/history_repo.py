#!/usr/bin/env python3
"""Makes a governance repository with a long history, for measuring: prints a stream for `git fast-import`.

    git init -q big && python3 benches/history_repo.py RECORDS COMMITS | git -C big fast-import --quiet

The first commit adopts exboard and holds nothing else. With COMMITS = 1 all records come in one more commit; otherwise
every commit changes one record: it comes as a draft, is proposed, and then edited.
"""
import sys

RECORDS, COMMITS = int(sys.argv[1]), int(sys.argv[2])
OUT = sys.stdout.buffer
START = 1735776000  # 2025-01-02T00:00:00Z, the day after the requests arrived

ROSTER = """\
[people.ana]
name = "Ana Sorel"
emails = ["ana@vendor.example"]
github = "ana-sorel"

[people.dan]
name = "Dan Whitlock"
emails = ["dan@vendor.example"]
github = "dan-whitlock"

[people.mia]
name = "Mia Torres"
emails = ["mia@vendor.example"]
github = "mia-torres"

[tiers.working]
members = ["ana"]

[tiers.director]
members = ["dan"]

[tiers.executive]
members = ["dan"]
"""

DRAFT = """\
# yaml-language-server: $schema=../../../schemas/security_exception_board_record_v1.json
schema: security_exception_board_record_v1
exception_id: {id}
opportunity_id: OPP-{number:06}
account_name: Account {number}
requester_name: Priya Raman
requester_team: sales
request_received_at: 2025-01-01T09:00:00Z
control_family: {family}
original_requirement: Keys that encrypt customer data are managed by the customer, in a module of their own.
requested_exception: Exports are encrypted with keys that we manage until customer-managed keys cover them.
business_justification: |
  The review accepts everything else; the export service is the one place left.
  Revision {revision} of the justification, which is prose for people.
decision_status: {status}
"""

PROPOSED = """\
data_sensitivity_tier: confidential
impacted_assets: [export-service-{number}]
expected_duration_days: 90
close_date: 2025-06-30
close_date_risk_days: 180
exploitability_score: 60
impact_score: 50
combined_risk_score: 60
recommended_compensating_controls:
  - id: key-rotation
    description: The export key is rotated every 30 days by a job that the platform team watches.
    owner: mia
    due: 2025-03-01
    test: The job's log shows a rotation in each of the last 30 days.
    nist: [SC-12]
    status: planned
mitigation_owner: mia
board_tier: {tier}
board_meeting_due_at: 2025-01-02T09:00:00Z
rollback_plan:
  trigger: The rotation job fails twice in a row.
  steps:
    - Turn exports off for the account.
    - Rotate the key by hand.
  owner: mia
  within_hours: 72
evidence_link:
  - id: E1
    kind: architecture
    url: https://wiki.example.com/export-service
    collected_at: 2025-01-01
"""

FAMILIES = ["access", "encryption", "logging", "backup", "incident"]
TIERS = ["director", "executive"]


def record(number, revision):
    values = {
        "id": f"SEB-{number:06}",
        "number": number,
        "family": FAMILIES[number % 5],
        "revision": revision,
        "status": "draft" if revision == 0 else "proposed",
        "tier": TIERS[number % 2],
    }
    folder = f"exceptions/{values['tier']}/{2021 + number % 5}"
    text = DRAFT.format(**values) + PROPOSED.format(**values)
    return f"{folder}/{values['id']}.yaml", text


def data(text):
    raw = text.encode()
    OUT.write(b"data %d\n" % len(raw) + raw + b"\n")


def commit(at, message):
    who = f"Mia Torres <mia@vendor.example> {START + at * 60} +0000"
    OUT.write(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n".encode())
    data(message)


def file(path, text):
    OUT.write(f"M 100644 inline {path}\n".encode())
    data(text)


commit(0, "Adopt exboard")
file("exboard.toml", 'version = 1\n[paths]\nlayout = "any"\n')
file("policies/board.toml", ROSTER)
if COMMITS == 1:
    commit(1, "All records")
    for number in range(RECORDS):
        file(*record(number, 1))
else:
    for at in range(COMMITS):
        # Records come and go on side by side, as they do.
        revision, number = divmod(at, RECORDS)
        commit(at + 1, f"SEB-{number:06}: revision {revision}")
        file(*record(number, revision))
