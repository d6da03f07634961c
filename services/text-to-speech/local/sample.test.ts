import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openCloud } from "@warmstart/testing";
import type { PostView } from "../src/post-schemas.ts";
import { openTts, type Tts } from "../test/open-tts.ts";
import { decode, hasFfmpeg } from "../test/speaking.ts";
import { sample } from "./sample.ts";

const CHARACTERS = 420;

let tts: Tts;
let post: PostView;
const folder = mkdtempSync(join(tmpdir(), "warmstart-sample-"));
const file = join(folder, "lighthouse.mp3");

beforeAll(async () => {
  tts = await openTts(await openCloud({ clock: "real" }));
  const typed = sample({ url: tts.app.http.url }).replace("lighthouse.mp3", file);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", typed], {
    cwd: join(import.meta.dirname, "../../.."),
    env: { ...process.env, WARMSTART_PORT: new URL(tts.cloud.endpoint).port, NODE_OPTIONS: "" },
  });
  post = JSON.parse(stdout) as PostView; // the API's schema
});
afterAll(async () => {
  await tts.cloud.close();
  rmSync(folder, { recursive: true });
});

test("the printed commands, typed, leave an MP3 of half a minute", () => {
  expect(post).toMatchObject({ status: "ready", billedChars: 2 * CHARACTERS, cachedChars: 0 }); // once more for the marks
  expect(post.durationMs).toBeGreaterThan(28_000);
  expect(post.durationMs).toBeLessThan(31_000);
  expect(readFileSync(file)).toHaveLength(post.bytes ?? 0);
});

const when = hasFfmpeg ? describe : describe.skip;

when(`the MP3${hasFfmpeg ? "" : ": skipped, there is no ffmpeg"}`, () => {
  test("decodes without a warning, is as long as it says, and can be heard", () => {
    const { headerMs, decodedMs, rms, warnings } = decode(readFileSync(file));
    expect(warnings).toBe("");
    expect(Math.abs(headerMs - (post.durationMs ?? 0))).toBeLessThan(1);
    expect(Math.abs(decodedMs - headerMs)).toBeLessThan(1);
    expect(rms).toBeGreaterThan(0.02);
  });
});
