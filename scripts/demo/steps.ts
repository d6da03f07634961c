// One line per step with what came back; a wrong answer ends the demo.
import { setTimeout as delay } from "node:timers/promises";

/** What the command line may say. */
export interface DemoOptions {
  readonly photo: string | undefined;
  /** Size of the generated cube. */
  readonly megabytes: number | undefined;
}

export interface DemoContext extends DemoOptions {
  readonly endpoint: string;
  readonly url: string;
  readonly services: Readonly<
    Record<string, { readonly url?: string; readonly tables: readonly string[]; readonly buckets: readonly string[] }>
  >;
  /** For AWS clients and the service's own scripts. */
  readonly environment: Readonly<Record<string, string>>;
}

export type Demo = (context: DemoContext) => Promise<void>;

/** A step came back wrong. */
export class DemoFailure extends Error {}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

export const step = (what: string, cameBack: string): void => say(`  ✔ ${what.padEnd(38)} ${cameBack}`);

/** Fails the demo with what was wanted and what came. */
export const check = (holds: boolean, wanted: string, came: unknown): void => {
  if (!holds) throw new DemoFailure(`wanted ${wanted}, got ${typeof came === "string" ? came : JSON.stringify(came)}`);
};

const LOOK_MS = 100;

/** Asks again until `done` holds; fails the demo after `limitMs`. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T>,
  done: (value: T) => boolean,
  limitMs = 30_000,
): Promise<T> => {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    if (Date.now() > end)
      throw new DemoFailure(`${what}: not within ${limitMs / 1000} s; last: ${JSON.stringify(value)}`);
    await delay(LOOK_MS);
  }
};
