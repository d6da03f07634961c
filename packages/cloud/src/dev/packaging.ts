// Packaging as for the stage `local`: what `sls deploy` would send.
import { spawn } from "node:child_process";
import type { Service } from "./service.ts";

export interface Packaged {
  readonly status: number;
  /** Standard output and error together. */
  readonly output: string;
}

/**
 * What went wrong, out of all that osls, esbuild and what runs them print about it: esbuild's errors with file and line,
 * each once, or osls's message, or else everything.
 */
export const packagingErrors = (output: string): string => {
  const blocks = output.match(/^✘ \[ERROR\].*\n(?:\n|[ \t].*\n)*/gm) ?? [];
  if (blocks.length > 0) return [...new Set(blocks.map((block) => block.trimEnd()))].join("\n\n");
  // osls prints "Error:" and the message; what follows is stack, npm and turbo.
  const message = /^Error:\n([\s\S]*?)(?=^\s+at |^npm |^@warmstart|(?![\s\S]))/m.exec(output)?.[1]?.trim();
  return message || output;
};

/** osls ignores NO_PROXY: with a proxy set it would look for the loopback cloud there. */
const slsEnvironment = ({ HTTP_PROXY: _upper, http_proxy: _lower, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  SLS_NOTIFICATIONS_MODE: "off",
});

const packageOne = ({ folder }: Service): Promise<Packaged> => {
  const child = spawn("sls", ["package", "--stage", "local"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: slsEnvironment(process.env),
  });
  const { promise, resolve, reject } = Promise.withResolvers<Packaged>();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  child.on("error", ({ message }) =>
    reject(new Error(`sls does not start: ${message}; is it installed (npm i -D osls), and this run by npm or npx?`)),
  );
  child.on("close", (code) => resolve({ status: code ?? 1, output }));
  return promise;
};

/** Packages these services at the same time, each with the `sls` of the PATH. Rejects when there is none. */
export const packageServices = async (services: readonly Service[]): Promise<Packaged> => {
  const all = await Promise.all(services.map(packageOne));
  const failed = all.filter(({ status }) => status !== 0);
  return { status: failed[0]?.status ?? 0, output: failed.map(({ output }) => output).join("\n") };
};
