// Cuts GitHub's description of its API down to what exboard asks, and the examples of its events to those that exboard
// reads. `.ci/contract update` runs it: node cut.js FOLDER-WITH-node_modules
"use strict";
const { createRequire } = require("node:module");
const { writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const from = createRequire(join(resolve(process.argv[2]), "package.json"));

// What src/forge asks. A request that is not listed fails the contract tests.
const ASKED = [
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  ["post", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/files"],
  ["get", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls"],
  ["get", "/repos/{owner}/{repo}/commits/{ref}/check-runs"],
  ["post", "/repos/{owner}/{repo}/check-runs"],
  ["patch", "/repos/{owner}/{repo}/check-runs/{check_run_id}"],
];

// What src/forge/event.rs reads: `schedule` has no payload of its own.
const READ = ["pull_request", "pull_request_review", "merge_group", "push", "workflow_dispatch"];

// Words for people, and what only other programs read.
const PROSE = new Set(["description", "externalDocs", "tags", "x-github", "operationId", "title"]);

const whole = from("@octokit/openapi/generated/api.github.com.json");
const version = from("@octokit/openapi/package.json").version;

/** A copy without prose. Below `properties` and in an example, a name is a name. */
function plain(value, isNames) {
  if (Array.isArray(value)) return value.map((item) => plain(item, false));
  if (value === null || typeof value !== "object") return value;
  const copy = {};
  for (const [name, child] of Object.entries(value)) {
    if (!isNames && PROSE.has(name)) continue;
    // Below a schema's property, an example is one field's; the examples of whole answers lie in `components`.
    if (!isNames && name === "example") continue;
    copy[name] = !isNames && name === "value" ? child : plain(child, name === "properties");
  }
  return copy;
}

/** GitHub passes over a field that it does not know without a word, so a misspelt one is caught here or nowhere. */
function close(schema) {
  if (schema.properties) {
    schema.additionalProperties = false;
    Object.values(schema.properties).forEach(close);
  }
  if (schema.items) close(schema.items);
  return schema;
}

const paths = {};
for (const [method, path] of ASKED) {
  const operation = plain(whole.paths[path][method], false);
  delete operation.callbacks;
  for (const body of Object.values(operation.requestBody?.content ?? {})) {
    // `anyOf` only says which fields belong together. What is put together from parts cannot be closed as one.
    if (body.schema.allOf || body.schema.$ref) throw new Error(`${method} ${path}: a body in a new form`);
    close(body.schema);
    delete body.examples;
  }
  (paths[path] ??= {})[method] = operation;
}

const components = {};
function follow(value) {
  if (Array.isArray(value)) return value.forEach(follow);
  if (value === null || typeof value !== "object") return;
  if (typeof value.$ref === "string") {
    const [, , group, name] = value.$ref.split("/");
    if (components[group]?.[name] === undefined) {
      (components[group] ??= {})[name] = plain(whole.components[group][name], false);
      follow(components[group][name]);
    }
  }
  Object.values(value).forEach(follow);
}
follow(paths);

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

const { openapi, servers } = whole;
const info = { title: "GitHub's API, as far as exboard asks it", version, license: { name: "MIT" } };
const api = { openapi, info, servers, paths, components: sorted(components) };
writeFileSync(join(__dirname, "api.json"), `${JSON.stringify(api, null, 1)}\n`);

// One of each action; a push has none, and each of its examples is of another kind.
const events = [];
for (const { name, examples } of from("@octokit/webhooks-examples")) {
  if (!READ.includes(name)) continue;
  const seen = new Set();
  for (const payload of examples) {
    if (payload.action === undefined || !seen.has(payload.action)) events.push({ name, payload });
    seen.add(payload.action);
  }
}
const lines = events.map((event) => ` ${JSON.stringify(event)}`).join(",\n");
writeFileSync(join(__dirname, "events.json"), `[\n${lines}\n]\n`);
