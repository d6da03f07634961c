import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openApp, type TestApp } from "../test/open-app.ts";
import { cubeDocument } from "../test/document.ts";
import { s3Documents, s3Results } from "./s3-results.ts";

let it: TestApp;
let s3: S3Client;
beforeAll(async () => {
  it = await openApp();
  s3 = it.s3;
});
afterAll(async () => it.cloud.close());

const run = (id: string, sequencer: string, scans = 0) => ({ id, sequencer: sequencer.padEnd(32, "0"), scans });
const documentBy = (confidence: "exact" | "sampled") => ({ ...cubeDocument(), confidence });

const confidenceOf = async (id: string): Promise<unknown> => {
  const found = await s3Documents(s3, it.results)(id);
  return "text" in found && (JSON.parse(found.text) as { confidence: unknown }).confidence;
};

test.each([
  ["the version", run("a", "0A"), run("a", "0B")],
  ["the scan", run("b", "0A", 9), run("b", "0A", 10)],
])("the document of the newer run stays, whoever comes last: by %s", async (_, older, newer) => {
  const results = s3Results(s3, it.results);
  expect(await results.putDocument(older, documentBy("sampled"))).toBe(true);
  expect(await results.putDocument(newer, documentBy("exact"))).toBe(true);
  expect(await results.putDocument(older, documentBy("sampled"))).toBe(false);
  expect(await confidenceOf(newer.id)).toBe("exact");
});

test("of runs that write at once, the newest is there in the end", async () => {
  const results = s3Results(s3, it.results);
  const puts = Array.from({ length: 8 }, async (_, scans) =>
    results.putDocument(run("c", "0A", scans), documentBy(scans === 7 ? "exact" : "sampled")),
  );
  expect((await Promise.all(puts))[7]).toBe(true);
  expect(await confidenceOf("c")).toBe("exact");
});

test("what a run writes twice is written", async () => {
  const results = s3Results(s3, it.results);
  for (let time = 0; time < 2; time++)
    expect(await results.putDocument(run("d", "0A"), documentBy("exact"))).toBe(true);
});

test("plans and parts come back as they were", async () => {
  const results = s3Results(s3, it.results);
  const part = { partial: { cells: [[1, 2, 3]], text: "Köln" } };
  await results.write("parts/e/v/0/1.json", part);
  expect(await results.read("parts/e/v/0/1.json")).toEqual(part);
});
