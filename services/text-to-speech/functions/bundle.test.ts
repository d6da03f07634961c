// What is deployed, and what loads when a function starts cold.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { zipContent, zipEntries } from "@warmstart/deploy/zip";
import { expectBundle } from "@warmstart/testing";

const packaged = new URL("../.serverless/", import.meta.url);

test("a route is small, and the page brings no SDK along", async () => {
  await expectBundle("services/text-to-speech/createPost").toBeUnder({ kb: 700 });
  await expectBundle("services/text-to-speech/listPosts").toBeUnder({ kb: 450 });
  await expectBundle("services/text-to-speech/getPage").toBeUnder({ kb: 80 });
});

test("no zip holds the voice of this machine or its encoders, whose licences are not all free of duties", () => {
  const zips = readdirSync(packaged).filter((name) => name.endsWith(".zip"));
  expect(zips).toHaveLength(12);
  for (const name of zips) {
    const zip = readFileSync(new URL(name, packaged));
    const entries = zipEntries(zip);
    expect(entries.filter((entry) => entry.name.endsWith(".wasm"))).toEqual([]);
    const code = entries.map((entry) => zipContent(zip, entry).toString("latin1")).join("");
    expect(code).not.toMatch(/flite|espeak|wasm-media-encoders|lamejs|libmp3lame/i);
  }
});
