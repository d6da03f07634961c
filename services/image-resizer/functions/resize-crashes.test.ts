// A resize that dies at one of its AWS calls: Lambda tries again a minute later, and nobody can tell the difference.
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type TestCloud } from "@warmstart/testing";
import { openApp, type TestApp } from "../test/open-app.ts";
import { drawing } from "../test/pictures.ts";
import { uploadIdOf } from "../src/upload.ts";

const Key = "uploads/small.png";

const upload = async (cloud: TestCloud): Promise<TestApp> => {
  const it = await openApp(cloud);
  const Body = await drawing(16, 16).png().toBuffer();
  await it.s3.send(new PutObjectCommand({ Bucket: it.originals, Key, Body }));
  return it;
};

/** Without the manifest, which holds this run's address and instant. */
const pictureEtags = async (it: TestApp): Promise<object> =>
  Object.entries(await it.variantEtags()).filter(([key]) => !key.endsWith(".json"));

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // some twenty runs

inFullRuns("a resize that dies", () => {
  test("at whichever AWS call, before or after it: the image is there, with the same pictures", async () => {
    const pictures = new Set<string>();
    const points = await everyCrashPoint(
      upload,
      async (cloud, it) => {
        expect(await cloud.idle()).toHaveNoDeadLetters();
        expect(await it.uploadState(uploadIdOf(Key))).toMatchObject({ status: "done" });
        pictures.add(JSON.stringify(await pictureEtags(it)));
      },
      { functions: "image-resizer-local-resize", modes: ["before", "after"], settle: "10m" },
    );
    expect(points.length).toBeGreaterThanOrEqual(20);
    expect([...pictures]).toHaveLength(1); // the same bytes, whatever happened
  }, 240_000);
});
