// What the roles may do is what the functions do: no right too many, none too few.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege, s3Event } from "@warmstart/testing";
import { openApp, sendForm, type TestApp } from "../test/open-app.ts";
import { drawing } from "../test/pictures.ts";

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

test("an upload, its image, the list, and an object that is gone use every right", async () => {
  const form = await it.newUpload("a.png", "image/png");
  expect((await sendForm(form, await drawing(30, 20).png().toBuffer())).status).toBe(204);
  await it.cloud.idle();
  const state = await it.uploadState(form.uploadId);
  await it.manifest(state.status === "done" ? state.imageId : "");
  expect(await it.get("/images")).toBeHttp(200);
  expect(await it.resize(s3Event({ bucket: it.originals, key: "uploads/gone.jpg" }))).toMatchObject({ failed: false });
  // For the events of a bucket that keeps versions: this one keeps none.
  await expectLeastPrivilege(it.app, { unused: ["ResizeRole s3:GetObjectVersion"] });
});
