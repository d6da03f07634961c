// Installs what the lock file says, once: `npm start` and `npm test` are the only commands a fresh clone needs.
// Plain JavaScript for any Node: nothing is installed yet when it runs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canRun, needsNode, root } from "./node.mjs";

const stamp = join(root, "node_modules/.warmstart-install");

const manifests = () => {
  const folders = ["packages", "services"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  return [root, ...folders].map((folder) => join(folder, "package.json")).filter((path) => existsSync(path));
};

/** What an install depends on. A copied folder has other links, so its place counts too. */
const fingerprint = () => {
  const hash = createHash("sha256").update(root);
  for (const path of [join(root, "package-lock.json"), ...manifests()]) hash.update(readFileSync(path));
  return hash.digest("hex");
};

if (!canRun) {
  process.stderr.write(needsNode);
  process.exit(1);
}
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint()) {
  process.stdout.write("Installing (once; about a minute) …\n");
  // Not `npm ci`: it refuses a lock in which optional packages of other platforms are missing.
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const [program, first] = npm === undefined ? ["npm", args] : [process.execPath, [npm, ...args]];
  const { status } = spawnSync(program, first, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, fingerprint());
}
