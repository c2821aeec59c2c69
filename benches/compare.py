#!/usr/bin/env python3
"""exboard against what a reader knows, in one run: the table of docs/performance.md.

    benches/compare.sh            builds, installs the peers below target/compare, and calls this
    benches/compare.sh peers      some of the rows: loose, rev, diff, verify, log, start, growth, peers

Each row runs both programs by turns on the same files, the caches warm, and tells the median of the ratios with the
smallest and the largest: a ratio within a pair says more on a noisy machine than two times that were taken apart.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "target" / "compare"
# Outside of this repository: in it, each record would be one that is not committed yet.
WORK = pathlib.Path(os.environ.get("DATA", pathlib.Path(tempfile.gettempdir()) / "exboard-compare"))
EXBOARD = str(ROOT / "target" / "dist" / "exboard")
# The instant of the example that the registers are copies of.
NOW = ["--now", "2026-11-20T09:00:00Z"]
RECORDS = int(os.environ.get("RECORDS", "100000"))
PEER_RECORDS = int(os.environ.get("PEER_RECORDS", "1600"))
PAIRS = int(os.environ.get("PAIRS", "7"))


def main() -> None:
    wanted = sys.argv[1:] or ["loose", "rev", "diff", "verify", "log", "start", "growth", "peers"]
    WORK.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before the first row, {PAIRS} pairs a row\n")
    print("| what | exboard | the other | ratio (smallest–largest) | target | memory |")
    print("|---|---|---|---|---|---|")
    for name in wanted:
        ROWS[name]()


# --- the rows


def loose() -> None:
    folder = register(RECORDS)
    files = b"\0".join(sorted(path.encode() for path in records_of(folder)))
    row(
        f"`check` of {RECORDS:,} loose records against `xargs -0 cat`",
        [EXBOARD, "check", *NOW, "--format", "concise", "--fail-level", "error"],
        ["xargs", "-0", "cat"],
        folder,
        target="≤ 2",
        other_input=files,
    )


def rev() -> None:
    folder = committed(RECORDS)
    listed = output(["git", "ls-tree", "-r", "HEAD", "--", "exceptions", "registry"], folder)
    ids = b"".join(line.split()[2] + b"\n" for line in listed.splitlines())
    row(
        "the same with `--rev HEAD` against `git cat-file --batch`",
        [EXBOARD, "check", "--rev", "HEAD", *NOW, "--format", "concise", "--fail-level", "error"],
        ["git", "cat-file", "--batch", "--buffer"],
        folder,
        target="≤ 1.5",
        other_input=ids,
    )


def diff() -> None:
    folder = committed(RECORDS)
    row(
        f"`check --diff`, 5 of {RECORDS:,} changed, against `git diff --raw base...head`",
        [EXBOARD, "check", "--diff", "base..head", *NOW, "--format", "concise"],
        ["git", "diff", "--raw", "base...head"],
        folder,
        target="≤ 3",
        codes=(0, 1),
    )


GIT_LOG = ["git", "log", "--raw", "--first-parent", "-m", "--", "exceptions"]


def verify() -> None:
    row(
        "`verify` of 60,000 commits against `git log --raw --first-parent -m`",
        [EXBOARD, "verify", "--format", "concise"],
        GIT_LOG,
        history(),
        target="≤ 3",
        codes=(0, 1),
        pairs=3,
    )


def log() -> None:
    folder = history()
    run([EXBOARD, "log"], folder)
    row("`log`, warm, against the same", [EXBOARD, "log"], GIT_LOG, folder, target="≤ 0.1", pairs=3)


def start() -> None:
    folder = one()
    command = [EXBOARD, "check", *NOW, "--format", "concise"]
    pairs = [(run(command, folder)[0], run(["true"], folder)[0]) for _ in range(40)]
    over = [(ours - theirs) * 1000 for ours, theirs in pairs]
    print(
        f"| one small file, start to exit, over `true` | {statistics.median(a for a, _ in pairs) * 1000:.1f} ms "
        f"| {statistics.median(b for _, b in pairs) * 1000:.1f} ms "
        f"| {statistics.median(over):.1f} ms more ({min(over):.1f}–{max(over):.1f}) | ≤ 10 ms | |"
    )


def growth() -> None:
    command = [EXBOARD, "check", *NOW, "--format", "concise", "--fail-level", "error"]
    few, many, alone = register(1000), register(RECORDS), one()
    ratios = []
    for _ in range(PAIRS):
        begun = min(run(command, alone)[0] for _ in range(3))
        small = min(run(command, few)[0] for _ in range(3)) - begun
        large = run(command, many)[0] - begun
        ratios.append((large / RECORDS) / (small / 1000))
    print(f"| a record of {RECORDS:,} against one of 1,000 | | | {spread(ratios)} | ≤ 1.15 | |")


def peers() -> None:
    folder = WORK / f"peers-{PEER_RECORDS}"
    if not folder.exists():
        # Board records alone: the peers know one schema a run.
        made = register(PEER_RECORDS * 3)
        (folder / "registry").mkdir(parents=True)
        shutil.copy(made / "exboard.toml", folder)
        shutil.copytree(made / "policies", folder / "policies", dirs_exist_ok=True)
        shutil.copytree(made / "evidence", folder / "evidence")
        for path in [path for path in sorted(records_of(made)) if path.startswith("exceptions/")][:PEER_RECORDS]:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(made / path, folder / path)
        (folder / "schema.json").write_bytes(output([EXBOARD, "schema", "board"], folder))
        (folder / "ruleset.yaml").write_text(RULESET)
    files = sorted(path for path in records_of(folder))
    bin_python, bin_node = PEERS / "venv" / "bin", PEERS / "node_modules" / ".bin"
    ours = [EXBOARD, "check", *NOW, "--format", "concise", "--fail-level", "error"]
    for name, command, target in [
        ("check-jsonschema", [bin_python / "check-jsonschema", "--schemafile", "schema.json", *files], "≥ 100"),
        ("yamllint", [bin_python / "yamllint", "-d", "relaxed", "exceptions"], "≥ 100"),
        ("spectral", [bin_node / "spectral", "lint", "-r", "ruleset.yaml", "exceptions/**/*.yaml"], "≥ 100"),
        (
            "ajv-cli",
            [bin_node / "ajv", "validate", "--spec=draft2020", "-c", "ajv-formats", "--strict=false", "-s",
             "schema.json", "-d", "exceptions/**/*.yaml"],
            "≥ 20",
        ),
    ]:
        pairs = [(run(ours, folder)[0], run([str(part) for part in command], folder, codes=None)[0]) for _ in range(3)]
        ratios = [theirs / ours_took for ours_took, theirs in pairs]
        mine, other = (statistics.median(column) * 1000 / len(files) for column in zip(*pairs))
        print(
            f"| records a second against `{name}`, {len(files):,} records | {mine:.3f} ms a record "
            f"| {other:.2f} ms a record | {spread(ratios, 0)} times as many | {target} | |"
        )


# Spectral's own function on the whole document; its formats do not know a record of ours.
RULESET = """\
rules:
  record:
    given: $
    severity: error
    then:
      function: schema
      functionOptions:
        dialect: draft2020-12
        allErrors: true
        schema:
          $ref: ./schema.json
"""

ROWS = {
    "loose": loose, "rev": rev, "diff": diff, "verify": verify, "log": log, "start": start, "growth": growth,
    "peers": peers,
}


# --- what they run on


def register(count: int) -> pathlib.Path:
    folder = WORK / f"loose-{count}"
    if not folder.exists():
        run([sys.executable, str(ROOT / "benches" / "generate.py"), str(folder), str(count)], WORK)
    return folder


def one() -> pathlib.Path:
    folder = register(1)
    (folder / "registry").mkdir(exist_ok=True)
    return folder


def records_of(folder: pathlib.Path) -> list[str]:
    found = []
    for below in ("exceptions", "registry"):
        for path, _, names in os.walk(folder / below):
            found += [os.path.relpath(os.path.join(path, name), folder) for name in names]
    return found


def committed(count: int) -> pathlib.Path:
    """A repository with the register; `head` changes five records of `base`."""
    folder = WORK / f"committed-{count}"
    if not folder.exists():
        shutil.copytree(register(count), folder)
        git = lambda *arguments: run(["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *arguments], folder)
        git("init", "-q", "-b", "base")
        git("add", ".")
        git("commit", "-q", "-m", "A register")
        git("switch", "-q", "-c", "head")
        for path in sorted(path for path in records_of(folder) if path.startswith("exceptions/working"))[:5]:
            with open(folder / path, "a", encoding="utf-8") as file:
                file.write("# looked at\n")
        git("commit", "-q", "-a", "-m", "Five of them")
        git("repack", "-adq")
    return folder


def history() -> pathlib.Path:
    folder = WORK / "history"
    if not folder.exists():
        folder.mkdir()
        run(["git", "init", "-q", "-b", "main"], folder)
        script = [sys.executable, str(ROOT / "benches" / "history_repo.py"), "20000", "60000"]
        with subprocess.Popen(script, stdout=subprocess.PIPE) as made:
            subprocess.run(["git", "fast-import", "--quiet"], stdin=made.stdout, cwd=folder, check=True)
        run(["git", "repack", "-adq"], folder)
    return folder


# --- how it is measured


def run(command, folder, codes=(0,), given=None):
    """Seconds, and the most memory in KiB."""
    with open(os.devnull, "wb") as sink:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdout=sink, stderr=subprocess.PIPE if codes else sink,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
        )
        if given:
            process.stdin.write(given)
            process.stdin.close()
        said = process.stderr.read() if codes else b""
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - begun
    code = os.waitstatus_to_exitcode(status)
    if codes and code not in codes:
        sys.exit(f"{' '.join(map(str, command[:6]))} … ended with {code}:\n{said.decode(errors='replace')[-2000:]}")
    return took, usage.ru_maxrss


def output(command, folder) -> bytes:
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE).stdout


def row(what, ours, other, folder, target, other_input=None, codes=(0,), pairs=None):
    run(ours, folder, codes)
    run(other, folder, given=other_input)
    measured = [(run(ours, folder, codes), run(other, folder, given=other_input)) for _ in range(pairs or PAIRS)]
    ratios = [mine[0] / theirs[0] for mine, theirs in measured]
    mine = statistics.median(mine[0] for mine, _ in measured)
    theirs = statistics.median(theirs[0] for _, theirs in measured)
    memory = max(mine[1] for mine, _ in measured) / 1024
    print(f"| {what} | {seconds(mine)} | {seconds(theirs)} | {spread(ratios)} | {target} | {memory:.0f} MiB |")


def spread(ratios, digits=2) -> str:
    shown = [f"{value:.{digits}f}" for value in (statistics.median(ratios), min(ratios), max(ratios))]
    return f"{shown[0]} ({shown[1]}–{shown[2]})"


def seconds(value) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


if __name__ == "__main__":
    main()
