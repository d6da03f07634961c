// Two packagings of one service would write the same .esbuild and .serverless: one at a time. The lock is a folder that
// moves into place with its holder's process id as a file in it; a move onto a folder succeeds only while that is empty.
const { execFileSync } = require("node:child_process");
const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync } = require("node:fs"); // prettier-ignore
const { basename, join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const LOCK = ".serverless.lock";
const LIMIT_MS = 120_000;
const LOOK_MS = 100;

/** What a move says that came second, or whose folder the one before took along; EPERM is Windows' word for it. */
const TAKEN = new Set(["ENOTEMPTY", "EEXIST", "ENOENT", "EPERM"]);

const tryTake = (lock) => {
  const own = join(lock, `${process.pid}`);
  try {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, `${process.pid}`), [basename(process.argv[1] ?? ""), ...process.argv.slice(2)].join(" "));
    renameSync(own, join(lock, "held"));
    return true;
  } catch (error) {
    if (TAKEN.has(error.code)) return false;
    throw error;
  }
};

/** Who has it, and by which command; nothing when it was given back in this moment. */
const holderOf = (lock) => {
  try {
    const [pid] = readdirSync(join(lock, "held"));
    return pid && { pid: Number(pid), command: readFileSync(join(lock, "held", pid), "utf8") };
  } catch {
    return undefined;
  }
};

const isAlive = (pid) => {
  if (pid === process.pid) return false; // a dead namesake's, as in a container that was started again
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
};

const removeEmpty = (folder) => {
  try {
    rmdirSync(folder);
  } catch {} // another one's, or gone
};

/** Takes the lock from one process and from no other, so that a late comer cannot take it from the next. */
const free = (lock, pid) => {
  rmSync(join(lock, "held", `${pid}`), { force: true });
  removeEmpty(join(lock, "held"));
  removeEmpty(lock);
};

/** Name and parent of a process. */
const lookUp = (pid) => {
  const stat = `/proc/${pid}/stat`;
  if (existsSync(stat)) return /\((?<name>.*)\) \S (?<parent>\d+)/.exec(readFileSync(stat, "utf8")).groups;
  const line = execFileSync("ps", ["-o", "ppid=,comm=", "-p", `${pid}`], { encoding: "utf8" });
  return /(?<parent>\d+)\s+(?:.*\/)?(?<name>.*)/.exec(line).groups;
};

const turboAbove = () => {
  try {
    for (let pid = process.ppid; pid > 1;) {
      const { name, parent } = lookUp(pid);
      if (name === "turbo") return pid;
      pid = Number(parent);
    }
  } catch {} // no such system call here: turbo has no lock
  return undefined;
};

/** turbo puts .serverless into its cache when this process has ended: until turbo has ended too, nobody may write there. */
const giveBack = (lock) => {
  const turbo = process.env.TURBO_HASH && !process.exitCode ? turboAbove() : undefined;
  if (turbo) renameSync(join(lock, "held", `${process.pid}`), join(lock, "held", `${turbo}`));
  else free(lock, process.pid);
};

/**
 * Waits until no other process packages the service, says on stderr for whom it waits, and has the lock until this
 * process ends. A dead holder's lock is taken over.
 */
const lockService = async (folder, limitMs = LIMIT_MS) => {
  const lock = join(folder, LOCK);
  const start = performance.now();
  let said = false;
  process.on("exit", () => rmSync(join(lock, `${process.pid}`), { recursive: true, force: true }));
  while (!tryTake(lock)) {
    const holder = holderOf(lock);
    if (holder && !isAlive(holder.pid)) {
      free(lock, holder.pid);
      continue;
    }
    const who = holder && `process ${holder.pid} (${holder.command})`;
    if (performance.now() - start > limitMs) {
      throw new Error(`${who} still packages ${folder} after ${limitMs / 1000} s. If it does not: rm -r ${lock}`);
    }
    if (who && !said) process.stderr.write(`Waiting for ${who}, which packages ${folder}\n`);
    said ||= who !== undefined;
    await sleep(LOOK_MS);
  }
  process.on("exit", () => giveBack(lock));
  // Without a listener these end the process without its "exit"; `on`: a second one would cut that short.
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) process.on(signal, () => process.exit(status)); // prettier-ignore
};

module.exports = { lockService };
