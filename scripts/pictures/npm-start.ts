// What `npm start` writes until it watches, as it comes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../repository.ts";

const ENDS_WITH = "Watching for changes; Ctrl-C stops.";

/** npm's own lines, which say nothing of the project. */
const isOfNpm = (line: string): boolean => /^(> |npm )/.test(line);

/** Starts everything, waits until it runs, stops it, and answers its lines. */
export const captureNpmStart = async (): Promise<readonly string[]> => {
  const child = spawn("npm", ["start"], { cwd: root, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT"); // the group, as Ctrl-C in a terminal
  };
  const listen = (chunk: Buffer): void => {
    const ended = output.includes(ENDS_WITH);
    output += chunk.toString("utf8");
    if (!ended && output.includes(ENDS_WITH)) stop();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  await once(child, "close");
  const end = output.indexOf(ENDS_WITH);
  if (end === -1) throw new Error(`npm start ended before it watched:\n${output}`);
  const lines = output.slice(0, end + ENDS_WITH.length).split("\n");
  const first = lines.findIndex((line) => line.startsWith("Packaging"));
  return ["$ npm start", ...lines.slice(Math.max(first, 0)).filter((line) => !isOfNpm(line))];
};
