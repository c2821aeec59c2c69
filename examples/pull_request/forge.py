"""GitHub, as far as exboard asks it: one repository, pull request 7, and the check named `exboard`.

    python3 forge.py FOLDER REPOSITORY

reads from FOLDER, at each request, what happened in the story (`reviews.json`; `merged.json` once it landed), and
writes to it where it listens (`address`). REPOSITORY is the bare one that is pushed to.
"""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])
GIT = ["git", "-C", sys.argv[2]]
REPOSITORY = "/repos/northlight/governance"


def read(name, default):
    file = FOLDER / name
    return json.loads(file.read_text()) if file.exists() else default


def pull_request():
    merged = read("merged.json", {})
    return {
        "number": 7,
        "html_url": "https://github.com/northlight/governance/pull/7",
        "user": {"login": "mia-torres"},
        "head": {"sha": merged.get("head", "0" * 40)},
        "merged_at": merged.get("at"),
        "merge_commit_sha": merged.get("landed"),
    }


def diff(*arguments):
    command = [*GIT, "diff", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def changed_files():
    """What the pull request changes, as the API has it: from the first hunk on."""
    range_ = "main...SEB-2026-0001"
    for name in diff("--name-only", range_).splitlines():
        _, at, hunks = diff(range_, "--", name).partition("\n@@")
        yield {"filename": name, "patch": at.strip() + hunks}


class Forge(BaseHTTPRequestHandler):
    runs = []
    comments = []

    def do_GET(self):
        path = self.path.split("?")[0].removeprefix(REPOSITORY)
        if path == "/pulls/7/reviews":
            return self.answer(200, read("reviews.json", []))
        if path == "/pulls/7/files":
            return self.answer(200, list(changed_files()))
        if path == "/pulls/7/comments":
            return self.answer(200, self.comments)
        if path == "/pulls/7":
            return self.answer(200, pull_request())
        if match := re.fullmatch("/commits/([0-9a-f]{40})/pulls", path):
            has_it = match[1] == read("merged.json", {}).get("landed")
            return self.answer(200, [pull_request()] if has_it else [])
        if match := re.fullmatch("/commits/([0-9a-f]{40})/check-runs", path):
            runs = [run for run in self.runs if run["head_sha"] == match[1]]
            return self.answer(200, {"total_count": len(runs), "check_runs": runs})
        return self.answer(404, {"message": "Not Found"})

    def do_POST(self):
        body = self.body()
        if self.path == f"{REPOSITORY}/pulls/7/reviews":
            self.comments.extend(body["comments"])
            (FOLDER / "comments.json").write_text(json.dumps(self.comments))
            return self.answer(200, {"id": 1})
        if self.path != f"{REPOSITORY}/check-runs":
            return self.answer(404, {"message": "Not Found"})
        run = {**body, "id": len(self.runs) + 1}
        self.runs.append(run)
        return self.answer(201, run)

    def do_PATCH(self):
        match = re.fullmatch(f"{REPOSITORY}/check-runs/([0-9]+)", self.path)
        found = [run for run in self.runs if match and run["id"] == int(match[1])]
        if not found:
            return self.answer(404, {"message": "Not Found"})
        found[0].update(self.body())
        return self.answer(200, found[0])

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["content-length"])))

    def answer(self, status, value):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Forge)
address = FOLDER / "address"
address.with_suffix(".new").write_text(f"http://127.0.0.1:{server.server_port}")
address.with_suffix(".new").rename(address)
server.serve_forever()
