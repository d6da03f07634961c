// Every function can be tried: events/<service>/ holds a happy and a failing event for each, as test/events.ts makes them.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventFixtures } from "@warmstart/testing";
import { serviceFolder } from "../repository.ts";
import { functionNames } from "./template.ts";

/** The events of a service and what each does. */
export const fixturesOf = async (service: string): Promise<EventFixtures> =>
  (await import(pathToFileURL(join(serviceFolder(service), "test/events.ts")).href)) as EventFixtures; // one shape in all services

export const checkFixtures = async (service: string): Promise<readonly string[]> => {
  const { missingEvents, staleEvents } = await import("@warmstart/testing"); // not before it is built
  const fixtures = await fixturesOf(service);
  const problems = [...missingEvents(fixtures, functionNames(service)), ...staleEvents(fixtures)];
  return problems.map((problem) => `events/${service}: ${problem}`);
};
