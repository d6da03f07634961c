// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { scheduleEvent } from "@warmstart/testing";
import { mkdirSync, writeFileSync } from "node:fs";
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
  // A schedule that was given an input of its own says neither when it was due nor its name.
  "assign-shift-own-input": { hello: "world" },
};

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
