"""Makes `src/catalogue/nist_800_53_rev5.txt` from a list of the controls of NIST SP 800-53 Rev. 5.

    python3 tests/catalogue/generate.py CONTROLS.json > src/catalogue/nist_800_53_rev5.txt

The list is what NIST publishes in OSCAL (`usnistgov/oscal-content`, `NIST_SP-800-53_rev5_catalog.json` and the
baseline profiles; a work of the US Government), as one JSON array of objects with `id` (`AC-2(1)`), `title`,
`family`, `family_title`, `baselines`, and `withdrawn_note` where the control is withdrawn.
"""

import json
import re
import sys

LETTERS = {"LOW": "L", "MODERATE": "M", "HIGH": "H", "PRIVACY": "P"}


def key(control):
    family, number, enhancement = re.fullmatch(r"([A-Z]{2})-(\d+)(?:\((\d+)\))?", control["id"]).groups()
    return family, int(number), int(enhancement or 0)


def fate(control):
    note = control.get("withdrawn_note", "").removeprefix("Withdrawn: ").rstrip(".]")
    assert bool(note) == control["withdrawn"], control["id"]
    return note


controls = sorted(json.load(open(sys.argv[1], encoding="utf-8")), key=key)
print("# NIST SP 800-53 Rev. 5 (5.2.0): a work of the US Government, not subject to copyright in the United States.")
print("# Made by tests/catalogue/generate.py. FAMILY=title; id|title|baselines|what became of it, where withdrawn.")
for family, title in sorted({(control["family"], control["family_title"]) for control in controls}):
    print(f"{family}={title}")
for control in controls:
    baselines = "".join(letter for name, letter in LETTERS.items() if name in control["baselines"])
    line = [control["id"], control["title"], baselines, fate(control)]
    assert not any("|" in part for part in line), line
    print("|".join(line))
