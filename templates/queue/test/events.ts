// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { type Outcome, sqsEvent, writeEvents } from "@warmstart/testing";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

const entries = (...contents: readonly unknown[]) => sqsEvent(contents, { queue: "entries" });
const entry = { id: "e-1", account: "ann", amountCents: 500 };

export const events: Readonly<Record<string, unknown>> = {
  "post-entry-one": entries(entry),
  "post-entry-redelivery": entries(entry),
  // The first is posted, the second is no entry, the third has an id that was used.
  "post-entry-batch-with-poison": entries({ ...entry, id: "e-2" }, "poison", { ...entry, amountCents: 400 }),
};

/** In this order: a redelivery needs its first. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "post-entry-one": "done: entry posted",
  "post-entry-redelivery": "done: entry repeated",
  "post-entry-batch-with-poison": "2 failed",
};

if (import.meta.main) writeEvents({ folder, events });
