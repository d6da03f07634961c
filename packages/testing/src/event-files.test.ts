import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type EventFixtures, functionOf, missingEvents, staleEvents, writeEvents } from "./event-files.ts";
import { httpEvent } from "./events/http.ts";

let scratch: string;
let fixtures: EventFixtures;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "warmstart-event-files-"));
  fixtures = {
    folder: join(scratch, "events"),
    events: { "get-user-ann": httpEvent("GET /users/ann"), "get-user-nobody": httpEvent("GET /users/nobody") },
    outcomes: { "get-user-ann": 200, "get-user-nobody": 404 },
  };
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

test("what was written is current", () => {
  writeEvents(fixtures);
  expect(staleEvents(fixtures)).toEqual([]);
});

test("a file is compared byte for byte", () => {
  writeEvents(fixtures);
  writeFileSync(join(fixtures.folder, "get-user-ann.json"), JSON.stringify(fixtures.events["get-user-ann"]));
  expect(staleEvents(fixtures)).toEqual(["get-user-ann.json is not what node test/events.ts writes"]);
});

test("an event that is no more loses its file", () => {
  writeEvents({ ...fixtures, events: { ...fixtures.events, "get-user-old": {} } });
  expect(staleEvents(fixtures)).toEqual(["get-user-old.json is made by no factory"]);
  writeEvents(fixtures);
  expect(readdirSync(fixtures.folder).toSorted()).toEqual(["get-user-ann.json", "get-user-nobody.json"]);
});

test("every event has an outcome, and every outcome an event", () => {
  writeEvents(fixtures);
  expect(staleEvents({ ...fixtures, outcomes: { "get-user-ann": 200, "get-user-bob": 200 } })).toEqual([
    "get-user-nobody has no outcome",
    "get-user-bob has an outcome and is no event",
  ]);
});

test("every function wants a happy and a failing event", () => {
  expect(missingEvents(fixtures, ["getUser"])).toEqual([]);
  expect(missingEvents({ outcomes: { "get-user-nobody": 404 } }, ["getUser"])).toEqual([
    "no happy event for getUser: add get-user-<case>",
  ]);
  expect(missingEvents({ outcomes: { "get-user-ann": 200, "sign-in-ok": 200 } }, ["getUser"])).toEqual([
    "no failing event for getUser: add get-user-<case>",
    "sign-in-ok is for no function: name it <function>-<case>",
  ]);
});

test("of two functions whose names fit, the longer one has the event", () => {
  expect(functionOf("get-file-text-unknown", ["getFile", "getFileText"])).toBe("getFileText");
  expect(functionOf("get-file-unknown", ["getFile", "getFileText"])).toBe("getFile");
  expect(functionOf("get-files", ["getFile"])).toBeUndefined();
});
