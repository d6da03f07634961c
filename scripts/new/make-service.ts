// A template becomes a service: its files under their new name, the frame that all services share, its events, its place
// in the lists. What cannot be finished is taken back.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../command.ts";
import type { Wanted } from "./refusal.ts";
import { type Changed, registered } from "./register.ts";

/** Stands in the templates wherever the name of the service belongs. */
const PLACEHOLDER = "new-service";

const copyRenamed = (from: string, to: string, name: string): void => {
  for (const path of globSync("**/*", { cwd: from, withFileTypes: true })) {
    if (!path.isFile()) continue;
    const source = join(path.parentPath, path.name);
    const target = join(to, source.slice(from.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(source, "utf8").replaceAll(PLACEHOLDER, name));
  }
};

/** Runs a tool to its end; throws what it printed when it fails. */
const must = async (program: string, args: readonly string[], cwd: string): Promise<void> => {
  const { status, output } = await run(program, args, { cwd });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${output}`);
};

/** Lists what exists only while it is being made, so that nothing of it stays behind when that fails. */
const takenBackOnFailure = async (folders: readonly string[], make: (lists: Changed[]) => Promise<void>) => {
  const lists: Changed[] = [];
  let isStopped = false;
  // Ctrl-C must not end this program before it has cleaned up.
  const stop = (): void => {
    isStopped = true;
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
  try {
    await make(lists);
    if (isStopped) throw new Error("Stopped");
  } catch (error) {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    for (const { path, before } of lists) writeFileSync(path, before);
    throw isStopped ? new Error("Stopped; nothing was made", { cause: error }) : error;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, stop);
  }
};

/** Makes `services/<name>` and `events/<name>` in the repository at `root`, whose packages must be built. */
export const makeService = async (root: string, { name, kind }: Wanted): Promise<void> => {
  const service = join(root, "services", name);
  const events = join(root, "events", name);
  await takenBackOnFailure([service, events], async (lists) => {
    copyRenamed(join(root, "templates", kind), service, name);
    cpSync(join(root, "templates/frame"), service, { recursive: true });
    await must(process.execPath, ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "test/events.ts"], service);
    for (const list of registered(root, { name, kind })) {
      lists.push(list);
      writeFileSync(list.path, list.after);
    }
    // A name of another length breaks lines elsewhere.
    await must("prettier", ["--write", "--log-level=warn", service, join(root, "README.md")], root);
  });
};
