// Every event in events/new-service is what the factories make, and does what its name says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, openCloud, type TestCloud } from "@warmstart/testing";
import * as v from "valibot";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoNotes } from "../src/dynamo-notes.ts";
import { createNote, NoteId } from "../src/note.ts";
import { events, folder, knownId } from "./events.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/new-service", { only: "resources" });
  Object.assign(process.env, await app.env("createNote"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  const notes = dynamoNotes(app.resource("NotesTable"), documentClient());
  await createNote(notes, { text: "known" }, { id: v.parse(NoteId, knownId), createdAt: "2026-01-15T11:00:00.000Z" });
});
afterAll(() => cloud.close());

const handlers = {
  "create-note": () => import("../functions/create-note.ts"),
  "get-note": () => import("../functions/get-note.ts"),
  "open-api": () => import("../functions/open-api.ts"),
};

/** In this order: a replay needs its first request. */
const STATUS: Readonly<Record<string, number>> = {
  "create-note-hello": 201,
  "create-note-no-text": 422,
  "create-note-replay": 201,
  "get-note-known": 200,
  "get-note-unknown": 404,
  "open-api-document": 200,
};

test.each(Object.entries(STATUS))("%s answers %i", async (name, status) => {
  const [owner] = Object.entries(handlers).filter(([prefix]) => name.startsWith(`${prefix}-`));
  if (owner === undefined) throw new Error(`${name} is for no function`);
  const { handler } = await owner[1]();
  expect(await invoke(handler as never, events[name])).toBeHttp(status);
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  expect(names.toSorted()).toEqual(Object.keys(STATUS).toSorted());
  for (const name of names) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
