// What the roles may do is what the functions do: no right too many, none too few.
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege, s3Event } from "@warmstart/testing";
import { openApp, sendForm, type TestApp } from "../test/open-app.ts";
import { padded } from "../src/files.ts";
import { writeSegy } from "../test/write-segy.ts";

const survey = writeSegy({ text: { lines: ["C 1 ED50 / UTM ZONE 31N"] } });

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
  await it.setVariables("extract", { EXACT_BYTES: "1000", SEQUENTIAL_BYTES: "1000", CHUNK_BYTES: "10000" });
});
afterAll(async () => it.cloud.close());

test("an upload, a sampled and an exact document, the list, text and map, and a version that is gone use every right", async () => {
  const form = await it.newUpload("survey.sgy", survey.length);
  expect((await sendForm(form, survey)).status).toBe(204);
  await it.cloud.idle();
  expect(await it.post(`/files/${form.id}/scan`, { mode: "exact" })).toBeHttp(202);
  expect(await it.cloud.idle()).toHaveNoDeadLetters();
  expect(await it.document(form.id)).toMatchObject({ status: "ready", confidence: "exact" });
  // So that `extract`, too, meets a document that is there already.
  expect(await it.post(`/files/${form.id}/scan`, { mode: "sampled" })).toBeHttp(202);
  expect(await it.cloud.idle()).toHaveNoDeadLetters();
  for (const path of ["", "/text", "/geojson"]) expect(await it.get(`/files/${form.id}${path}`)).toBeHttp(200);
  expect(await it.get("/files")).toBeHttp(200);

  const { key, versionId, etag } = (await it.document(form.id)).source;
  await it.s3.send(new DeleteObjectCommand({ Bucket: it.incoming, Key: key, VersionId: versionId }));
  const event = s3Event({ bucket: it.incoming, key, versionId, etag, sequencer: "FF" });
  const plan = `parts/${form.id}/${versionId}/1/plan.json`;
  const chunk = { id: form.id, sequencer: padded("FF"), scans: 1, plan, n: 0, of: 4, from: 0, traces: 31 };
  expect(await it.deliver("extract", event)).toBe(true);
  expect(await it.deliver("scanChunk", chunk)).toBe(true);
  await expectLeastPrivilege(it.app);
});
