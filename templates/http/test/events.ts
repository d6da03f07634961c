// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { httpEvent } from "@warmstart/testing";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/local" } } as const;
const create = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  httpEvent("POST /notes", { body, headers, caller });
const get = (id: string) => httpEvent(`GET /notes/${id}`, { route: "GET /notes/{id}", caller });

/** Of the note that the test puts there. */
export const knownId = "0b7d3c52-6f0e-4a53-8f0c-0f5f7e1f2a11";

export const events: Readonly<Record<string, unknown>> = {
  "create-note-hello": create({ text: "hello" }, { "idempotency-key": "key-0001" }),
  "create-note-no-text": create({ text: "" }),
  "create-note-replay": create({ text: "hello" }, { "idempotency-key": "key-0001" }),
  "get-note-known": get(knownId),
  "get-note-unknown": get("6f1f7a0e-8c0b-4c7e-9f36-0d6c2f3f9f10"),
  "open-api-document": httpEvent("GET /openapi.json"),
};

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
