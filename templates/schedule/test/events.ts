// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { type Outcome, scheduleEvent, writeEvents } from "@warmstart/testing";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

const morning = scheduleEvent({
  name: "new-service-local-assign-shift",
  by: "scheduler",
  time: Date.parse("2026-01-15T06:07:00Z"),
});

export const events: Readonly<Record<string, unknown>> = {
  "assign-shift-morning": morning,
  "assign-shift-once-more": morning,
  // What a schedule with an input of its own hands over: it does not say when the run was due.
  "assign-shift-not-a-schedule": { hello: "world" },
};

/** In this order: the second finds what the first has done. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "assign-shift-morning": "done: shift assigned",
  "assign-shift-once-more": "done: shift was assigned before",
  "assign-shift-not-a-schedule": "throws TypeError",
};

if (import.meta.main) writeEvents({ folder, events });
