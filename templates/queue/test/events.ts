// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { sqsEvent } from "@warmstart/testing";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

const entries = (...contents: readonly unknown[]) => sqsEvent(contents, { queue: "entries" });
const entry = { id: "e-1", account: "ann", amountCents: 500 };

export const events: Readonly<Record<string, unknown>> = {
  "post-entry-one": entries(entry),
  "post-entry-redelivery": entries(entry),
  "post-entry-poison-in-batch": entries({ ...entry, id: "e-2" }, "poison", { ...entry, amountCents: 400 }),
};

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
