// events/<service>/: one JSON file for each event, written from what the factories make.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isFailing, type Outcome } from "./outcome.ts";

/** What the `test/events.ts` of a service exports. */
export interface EventFixtures {
  readonly folder: string;
  /** By the name of the file, `<function>-<case>`. */
  readonly events: Readonly<Record<string, unknown>>;
  /** Of each event, in the order in which they follow on each other. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The function that an event is for. Of two whose names fit, the longer one. */
export const functionOf = (event: string, functionNames: readonly string[]): string | undefined =>
  functionNames
    .filter((name) => event.startsWith(`${kebab(name)}-`))
    .toSorted((a, b) => b.length - a.length)
    .at(0);

const textOf = (event: unknown): string => `${JSON.stringify(event, null, 2)}\n`;

/** Writes the files, and removes those of events that are no more. */
export const writeEvents = ({ folder, events }: Pick<EventFixtures, "folder" | "events">): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, event] of Object.entries(events)) writeFileSync(join(folder, `${name}.json`), textOf(event));
};

/** What is wrong with the files, a line for each fault. */
export const staleEvents = ({ folder, events, outcomes }: EventFixtures): readonly string[] => {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const isCurrent = (name: string): boolean =>
    files.includes(`${name}.json`) && readFileSync(join(folder, `${name}.json`), "utf8") === textOf(events[name]);
  const names = Object.keys(events);
  return [
    ...names.filter((name) => !isCurrent(name)).map((name) => `${name}.json is not what node test/events.ts writes`),
    ...files.filter((file) => !(file.replace(/\.json$/, "") in events)).map((file) => `${file} is made by no factory`),
    ...names.filter((name) => !(name in outcomes)).map((name) => `${name} has no outcome`),
    ...Object.keys(outcomes)
      .filter((name) => !(name in events))
      .map((name) => `${name} has an outcome and is no event`),
  ];
};

/** What is missing or for no function, a line for each fault: each function wants a happy and a failing event. */
export const missingEvents = (
  { outcomes }: Pick<EventFixtures, "outcomes">,
  functionNames: readonly string[],
): readonly string[] => {
  const all = Object.entries(outcomes);
  const of = (name: string) => all.filter(([event]) => functionOf(event, functionNames) === name);
  const without = (kind: string, wanted: boolean) =>
    functionNames
      .filter((name) => !of(name).some(([, outcome]) => isFailing(outcome) === wanted))
      .map((name) => `no ${kind} event for ${name}: add ${kebab(name)}-<case>`);
  return [
    ...without("happy", false),
    ...without("failing", true),
    ...all
      .filter(([event]) => functionOf(event, functionNames) === undefined)
      .map(([event]) => `${event} is for no function: name it <function>-<case>`),
  ];
};
