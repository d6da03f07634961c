// node scripts/run.mjs [node options] <script.ts> […]: runs a TypeScript program on a Node that is new enough, with the tools on its PATH.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { needsNode, nodeProgram, root } from "./node.mjs";

const node = nodeProgram();
if (node === undefined) {
  process.stderr.write(needsNode);
  process.exit(1);
}
const env = { ...process.env };
// The tools that the scripts start (turbo, jest, sls) find the same Node first.
env.PATH = [dirname(node), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
// osls ignores NO_PROXY: with a proxy set it would look for the loopback cloud there.
for (const name of ["HTTP_PROXY", "http_proxy"]) delete env[name];
// node:sqlite still warns that it is experimental; services have no "type", because their bundles are CommonJS.
const quiet = ["ExperimentalWarning", "MODULE_TYPELESS_PACKAGE_JSON"].map((name) => `--disable-warning=${name}`);
const given = process.argv.slice(2);
const at = given.findIndex((arg) => !arg.startsWith("-"));
const [script, ...args] = given.slice(at);
const child = spawn(node, [...quiet, ...given.slice(0, at), join(root, script), ...args], {
  stdio: "inherit",
  env,
});
// Ctrl-C in a terminal reaches the whole group, a signal from elsewhere only this process: programs take it twice calmly.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
