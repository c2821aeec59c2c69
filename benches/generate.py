#!/usr/bin/env python3
"""A large register to measure with: copies of examples/board, each with ids, accounts and evidence of its own.

    benches/generate.py DIR [RECORDS]      10,000 records where nothing is said

The same arguments give the same bytes. Judge it at the example's own instant, where it has no error:

    exboard check -C DIR --now 2026-11-20T09:00:00Z
"""

import pathlib
import re
import shutil
import sys

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "examples" / "board"
ID = re.compile(rb"\b(SEB|REG)-(\d{4})-(\d{4})\b")
ACCOUNT = re.compile(rb"^((?:account_name|buyer_account): )(.+)$", re.MULTILINE)


def main() -> None:
    to, wanted = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    records = sorted(path for folder in ("exceptions", "registry") for path in (EXAMPLE / folder).rglob("*.yaml"))
    evidence = sorted(path for path in (EXAMPLE / "evidence").rglob("*") if path.is_file())
    to.mkdir(parents=True)
    shutil.copy(EXAMPLE / "exboard.toml", to)
    shutil.copytree(EXAMPLE / "policies", to / "policies")

    def write(path: pathlib.Path, text: bytes, copy: int) -> None:
        # Copy 0 keeps its names. Texts of the evidence stay as they are: the records pin their digests.
        place = rename(path.relative_to(EXAMPLE).as_posix().encode(), copy).decode()
        (to / place).parent.mkdir(parents=True, exist_ok=True)
        (to / place).write_bytes(text)

    for path in evidence:
        if not ID.search(path.as_posix().encode()):
            write(path, path.read_bytes(), 0)
    for number in range(wanted):
        copy, index = divmod(number, len(records))
        text = rename(records[index].read_bytes(), copy)
        if copy:
            text = ACCOUNT.sub(lambda found: found[1] + b"%s %d" % (found[2], copy), text)
        write(records[index], text, copy)
        if index == 0:
            for path in evidence:
                if ID.search(path.as_posix().encode()):
                    write(path, path.read_bytes(), copy)


def rename(text: bytes, copy: int) -> bytes:
    # The example has fewer than 200 numbers of four digits; a copy's begin above them.
    return ID.sub(lambda found: b"%s-%s-%04d" % (found[1], found[2], copy * 200 + int(found[3])), text)


if __name__ == "__main__":
    main()
