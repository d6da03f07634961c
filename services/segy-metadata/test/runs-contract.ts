// What every store of runs must do; run against the one in memory and the real table.
import { expect, test } from "@jest/globals";
import { contract } from "@warmstart/testing";
import { fileId, type BegunRun, type ObjectVersion, type RunEnd, type RunRecords } from "../src/files.ts";

let serial = 0;
const newObject = (sequencer = "0A"): ObjectVersion => ({
  bucket: "incoming",
  key: `uploads/${++serial}.sgy`,
  sizeBytes: 1000,
  etag: "etag",
  versionId: "version",
  sequencer,
});

const summary = { class: "3d-poststack", traces: 120, confidence: "exact", worst: "none" };
const ready: RunEnd = { status: "ready", summary };
const failed: RunEnd = { status: "failed", problem: { code: "access-denied", detail: "…" } };

const begin = async (records: RunRecords, object: ObjectVersion): Promise<BegunRun> => {
  const run = await records.begin(fileId(object.bucket, object.key), object);
  if (typeof run === "string") throw new Error(`The run did not begin: ${run}`);
  return run;
};
const outcome = async (records: RunRecords, object: ObjectVersion): Promise<string> => {
  const run = await records.begin(fileId(object.bucket, object.key), object);
  return typeof run === "string" ? run : "begun";
};

export const runsContract = contract("runs", (open: () => RunRecords) => {
  test.each<[string, RunEnd]>([
    ["ready", ready],
    ["rejected", { status: "rejected", summary }],
    ["superseded", { status: "superseded", problem: { code: "superseded", detail: "…" } }],
  ])("an event whose version is %s is a repetition", async (_, end) => {
    const [records, object] = [open(), newObject()];
    expect(await records.end(await begin(records, object), end)).toBe(true);
    expect(await outcome(records, object)).toBe("repeated");
  });

  test("an event begins again when its run died or failed", async () => {
    const [records, object] = [open(), newObject()];
    await begin(records, object);
    await records.end(await begin(records, object), failed);
    expect(await begin(records, object)).toMatchObject({ scans: 0, request: null });
  });

  test("a newer event begins, and the older run can do nothing any more", async () => {
    const [records, object] = [open(), newObject()];
    const older = await begin(records, object);
    const newer = await begin(records, { ...object, sequencer: "0B" });
    expect(await records.chunksDone(older, [0])).toBeUndefined();
    expect(await records.end(older, ready)).toBe(false);
    expect(await outcome(records, object)).toBe("superseded");
    expect(await records.end(newer, ready)).toBe(true);
    expect(await outcome(records, object)).toBe("superseded");
  });

  test.each([
    ["0055AED6DCD90281E5", "0055AED6DCD90281E501", "begun"],
    ["0055AED6DCD90281E5", "0055aed6dcd90281e6", "begun"],
    ["0055AED6DCD90281E501", "0055AED6DCD90281E5", "superseded"],
    ["0055AED6DCD90281E5", "0055AED6DCD90281E500", "repeated"],
  ])("after %s is done, %s is %s: the shorter counts as if zeros followed", async (first, second, expected) => {
    const [records, object] = [open(), newObject(first)];
    await records.end(await begin(records, object), ready);
    expect(await outcome(records, { ...object, sequencer: second })).toBe(expected);
  });

  test("chunks count once, however often they end", async () => {
    const [records, object] = [open(), newObject()];
    const run = await begin(records, object);
    expect(await records.chunksDone(run, [0, 1])).toBe(2);
    expect(await records.chunksDone(run, [1])).toBe(2);
    expect(await records.chunksDone(run, [7])).toBe(3);
    await records.end(run, ready);
    expect(await records.chunksDone(run, [8])).toBeUndefined();
  });

  test("a run that begins again counts its chunks anew", async () => {
    const [records, object] = [open(), newObject()];
    await records.chunksDone(await begin(records, object), [0, 1]);
    expect(await records.chunksDone(await begin(records, object), [0])).toBe(1);
  });
});
