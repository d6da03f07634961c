// What every store of uploads and images must do; run against the one in memory and the real table.
import { expect, test } from "@jest/globals";
import { contract } from "@warmstart/testing";
import type { ImageRecords } from "../src/resize.ts";
import { formatsOf, manifestOf, type Manifest } from "../src/variants.ts";

let serial = 0;
const newId = (): string => (++serial).toString(16).padStart(32, "0");

const someManifest = (id: string): Manifest =>
  manifestOf({
    id,
    original: { width: 300, height: 200, format: "png", frames: 1, animated: false, orientation: 1 },
    formats: formatsOf(true),
    publicBase: "https://images.example",
    thumbHash: "1DgGDoILwErCm5rIvIpnWomdCMOqYKs=",
    averageColour: "#654c3e",
    createdAt: "2026-01-15T12:00:00.000Z",
  });

export const recordsContract = contract("uploads and images", (open: () => ImageRecords) => {
  const done = { status: "done", imageId: "an-image" } as const;

  test("an event begins once; when it has ended it is a repetition", async () => {
    const [records, id] = [open(), newId()];
    expect(await records.begin(id, "0A")).toBe("begun");
    await records.end(id, "0A", done);
    expect(await records.begin(id, "0A")).toBe("repeated");
  });

  test.each(["waiting", "processing", "failed"] as const)(
    "an event that left its upload %s begins again",
    async (status) => {
      const [records, id] = [open(), newId()];
      const problem = { code: "internal", detail: "…" };
      await records.begin(id, "0A");
      await records.end(id, "0A", status === "failed" ? { status, problem } : { status });
      expect(await records.begin(id, "0A")).toBe("begun");
    },
  );

  test("a rejection is final", async () => {
    const [records, id] = [open(), newId()];
    await records.begin(id, "0A");
    await records.end(id, "0A", { status: "rejected", problem: { code: "too-large", detail: "…" } });
    expect(await records.begin(id, "0A")).toBe("repeated");
  });

  test("a newer event begins, and the older one is superseded, whatever it does then", async () => {
    const [records, id] = [open(), newId()];
    await records.begin(id, "0A");
    expect(await records.begin(id, "0B")).toBe("begun");
    await records.end(id, "0A", done);
    expect(await records.begin(id, "0A")).toBe("superseded");
    expect(await records.begin(id, "0B")).toBe("begun");
  });

  test("a longer sequencer with the same beginning is newer", async () => {
    const [records, id] = [open(), newId()];
    await records.begin(id, "0055AED6DCD90281E5");
    expect(await records.begin(id, "0055AED6DCD90281E501")).toBe("begun");
  });

  test("whoever claims an image first sets its instant", async () => {
    const [records, id] = [open(), newId()];
    expect(await records.claim(id, "2026-01-15T12:00:00.000Z")).toBe("2026-01-15T12:00:00.000Z");
    expect(await records.claim(id, "2026-01-15T12:00:01.000Z")).toBe("2026-01-15T12:00:00.000Z");
  });

  test("an image is found when it is published, not when it is claimed", async () => {
    const [records, id] = [open(), newId()];
    await records.claim(id, "2026-01-15T12:00:00.000Z");
    expect(await records.find(id)).toBeUndefined();
    await records.publish(someManifest(id));
    expect(await records.find(id)).toEqual(someManifest(id));
  });
});
