// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { httpEvent, type Outcome, writeEvents } from "@warmstart/testing";
import { join } from "node:path";
import * as v from "valibot";
import { Note } from "../src/note.ts";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

/** The one that is there. */
export const KNOWN: Note = v.parse(Note, {
  id: "0b7d3c52-6f0e-4a53-8f0c-0f5f7e1f2a11",
  text: "known",
  createdAt: "2026-01-15T11:00:00.000Z",
});

const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/local" } } as const;
const create = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  httpEvent("POST /notes", { body, headers, caller });
const get = (id: string) => httpEvent(`GET /notes/${id}`, { route: "GET /notes/{id}", caller });

export const events: Readonly<Record<string, unknown>> = {
  "create-note-hello": create({ text: "hello" }, { "idempotency-key": "key-0001" }),
  "create-note-replay": create({ text: "hello" }, { "idempotency-key": "key-0001" }),
  "create-note-other-text": create({ text: "goodbye" }, { "idempotency-key": "key-0001" }),
  "create-note-blank": create({ text: " " }),
  "get-note-known": get(KNOWN.id),
  "get-note-unknown": get("6f1f7a0e-8c0b-4c7e-9f36-0d6c2f3f9f10"),
  "open-api-document": httpEvent("GET /openapi.json"),
  "open-api-no-such-parameter": httpEvent("GET /openapi.json?format=yaml", { route: "GET /openapi.json" }),
};

/** In this order: a replay needs its first. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "create-note-hello": 201,
  "create-note-replay": 201,
  "create-note-other-text": 422,
  "create-note-blank": 422,
  "get-note-known": 200,
  "get-note-unknown": 404,
  "open-api-document": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
