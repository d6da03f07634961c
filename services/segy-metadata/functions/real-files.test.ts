// Files that other programs wrote, and damaged ones, sent to the bucket: src/real-files.test.ts has what they must say.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { gunzipSync } from "node:zlib";
import { contentOf, openApp, type TestApp } from "../test/open-app.ts";
import { readDocument } from "../test/read-document.ts";
import { expectedIn, readData, segyData } from "../test/segy-data.ts";
import { Metadata } from "../src/document/metadata.ts";

const real = Object.keys(expectedIn("expected.json")).map((name): [string, () => Buffer] => [
  name,
  () => readData(name),
]);
const bad = Object.keys(expectedIn("bad/expected.json")).map((name): [string, () => Buffer] => [
  `bad/${name}`,
  () => gunzipSync(readData(`bad/${name}.sgy.gz`)),
]);
const all = [...real, ...bad];
/** What each of them must say is proved without a cloud; here every fourth shows that the way there changes nothing. */
const files = process.env["WARMSTART_FULL"] === "1" ? all : all.filter((_, index) => index % 4 === 0);
const when = files.length > 0 ? describe : describe.skip;

when(
  `the document of a file in the bucket is that of its bytes${files.length > 0 ? "" : `: skipped, ${segyData} is absent`}`,
  () => {
    let it: TestApp;
    beforeAll(async () => {
      it = await openApp();
    });
    afterAll(async () => it.cloud.close());

    test.each(files)("%s", async (name, read) => {
      const { id } = await it.put(`uploads/${name}`, read());
      expect(await it.cloud.idle()).toHaveNoDeadLetters();
      const answer = await it.get(`/files/${id}`);
      expect(answer.status).toBe(200);
      const document = v.parse(Metadata, answer.json);
      expect(contentOf(document)).toEqual(contentOf(await readDocument(read())));
      expect((await it.get(`/files/${id}/text`)).status).toBe(200);
      expect([200, 409]).toContain((await it.get(`/files/${id}/geojson`)).status);
    });
  },
);
