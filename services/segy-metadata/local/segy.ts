// warmstart-segy <file>: the report of this service on a file of this machine.
import { parseCommand, USAGE, UsageError, type Command } from "./command.ts";
import { describeFile } from "./describe-file.ts";
import { FileError, openFile } from "./file-source.ts";
import { progressOn } from "./progress.ts";
import { reportLines } from "./report.ts";
import { surveyMap } from "./terminal-map.ts";
import { printable, render } from "./terminal.ts";

const READY = 0;
const REJECTED = 1;
const WRONG_USAGE = 2;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
};

/** JSON leaves characters above 7F as they are, and some of these a terminal obeys. */
const harmless = (json: string): string =>
  json.replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (text) =>
    text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );

const run = async (command: Command): Promise<number> => {
  const started = performance.now();
  await using source = await openFile(command.path);
  const progress = progressOn(process.stderr, source.sizeBytes);
  // Ctrl-C ends it at once; only the bar must go.
  process.once("SIGINT", () => {
    progress.end();
    process.exit(130);
  });
  const { document, occupied } = await describeFile(source, command, progress.update).finally(progress.end);
  if (command.json) process.stdout.write(`${harmless(JSON.stringify(document, null, 2))}\n`);
  else {
    const { geometry, format } = document;
    const feet = format?.binary.measurementSystem === 2;
    const map = geometry ? surveyMap(geometry, { feet, ...(occupied && { occupied }) }) : [];
    const about = { path: command.path, seconds: (performance.now() - started) / 1000, map };
    const colour = process.stdout.isTTY && !process.env.NO_COLOR;
    process.stdout.write(render(reportLines(document, about), colour));
  }
  return document.status === "ready" ? READY : REJECTED;
};

/** One line on standard error, with the usage where that helps; what nobody foresaw is thrown on. */
const complain = (error: unknown, path: string): number => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof UsageError) {
    process.stderr.write(`warmstart-segy: ${printable(error.message)}\n\n${USAGE}`);
  } else if (error instanceof FileError || (error instanceof Error && /^E[A-Z0-9]+$/.test(code))) {
    process.stderr.write(`warmstart-segy: cannot read ${printable(path)}: ${REASONS[code] ?? error.message}\n`);
  } else throw error;
  return WRONG_USAGE;
};

const main = async (args: readonly string[]): Promise<number> => {
  let path = "";
  try {
    const command = parseCommand(args);
    if (command === "help") {
      process.stdout.write(USAGE);
      return READY;
    }
    ({ path } = command);
    return await run(command);
  } catch (error) {
    return complain(error, path);
  }
};

// `warmstart-segy … | head` closes the pipe early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2));
