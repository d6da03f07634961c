import { describe, expect, test } from "@jest/globals";
import { gifBomb, pngBomb } from "../test/bytes.ts";
import { memoryPorts, put, type Memory } from "../test/memory-ports.ts";
import { drawing, oriented } from "../test/pictures.ts";
import { resizeUpload } from "./resize.ts";
import { uploadIdOf } from "./upload.ts";

const uploadId = "0123456789abcdef0123456789abcdef";
const key = `uploads/${uploadId}/photo.jpg`;

const snapshot = ({ variants }: Memory): Record<string, string> =>
  Object.fromEntries([...variants].map(([name, bytes]) => [name, bytes.toString("base64")]));

describe("an uploaded picture", () => {
  test("gives its variants, then the manifest, then the image's item", async () => {
    const memory = memoryPorts();
    const outcome = await resizeUpload(memory, put(memory, key, await oriented(6, 600, 400)));
    const id = outcome.outcome === "resized" ? outcome.id : "";
    const files = ["600.avif", "600.webp", "600.jpg", "480.avif", "480.webp", "480.jpg", "manifest.json"];
    expect(memory.writes).toEqual([...files.map((file) => `images/${id}/${file}`), `image#${id}`]);
    expect(memory.uploads.get(uploadId)?.state).toEqual({ status: "done", imageId: id });
    expect(outcome).toMatchObject({ made: { format: "jpeg", pixels: 240_000, widths: [600, 480] } });
    const manifest = memory.images.get(id)?.manifest;
    expect(manifest?.original).toMatchObject({ width: 600, height: 400, orientation: 6 });
    expect(JSON.parse(memory.variants.get(`images/${id}/manifest.json`)?.toString() ?? "")).toEqual(manifest);
  });

  test("is what its bytes are, whatever its name says", async () => {
    const memory = memoryPorts({ avif: false });
    const outcome = await resizeUpload(memory, put(memory, key, await drawing(20, 10).gif().toBuffer()));
    expect(outcome).toMatchObject({ outcome: "resized", made: { format: "gif" } });
    expect(memory.variants.size).toBe(3);
  });

  test.each(["uploads/Grüße vom Meer + 100%.jpg", "uploads/a/b/c.png", "uploads/no-id.jpg"])(
    "that came without POST /uploads has an upload by its key: %s",
    async (direct) => {
      const memory = memoryPorts({ avif: false });
      await resizeUpload(memory, put(memory, direct, await drawing(8, 8).png().toBuffer()));
      expect(memory.uploads.get(uploadIdOf(direct))?.state.status).toBe("done");
    },
  );
});

describe("what is delivered again", () => {
  test("five times: one set of variants with the same bytes, one manifest, one item", async () => {
    const memory = memoryPorts();
    const event = put(memory, key, await drawing(500, 300).png().toBuffer());
    const outcomes = [await resizeUpload(memory, event)];
    const first = snapshot(memory);
    for (let again = 0; again < 4; again++) outcomes.push(await resizeUpload(memory, event));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["resized", "repeated", "repeated", "repeated", "repeated"]);
    expect(snapshot(memory)).toEqual(first);
    expect([memory.images.size, memory.uploads.size]).toEqual([1, 1]);
    expect(memory.writes).toHaveLength(8);
  });

  test("twice at once: equal keys and bytes, the manifest included", async () => {
    const [alone, both] = [memoryPorts(), memoryPorts()];
    const bytes = await drawing(500, 300).png().toBuffer();
    const event = put(both, key, bytes);
    await resizeUpload(alone, put(alone, key, bytes));
    const seen: string[] = [];
    const files = {
      ...both.files,
      write: async (name: string, content: Buffer, type: string) => {
        if (name.endsWith("manifest.json")) seen.push(content.toString());
        await both.files.write(name, content, type);
      },
    };
    await Promise.all([resizeUpload({ ...both, files }, event), resizeUpload({ ...both, files }, event)]);
    expect([...both.variants.keys()]).toEqual([...alone.variants.keys()]);
    expect(new Set(seen).size).toBe(1);
    expect(both.images.size).toBe(1);
  });

  test("the same picture under two names: one set of variants, two uploads done", async () => {
    const memory = memoryPorts({ avif: false });
    const bytes = await drawing(50, 30).png().toBuffer();
    const [one, two] = [put(memory, "uploads/one.png", bytes), put(memory, "uploads/two.png", bytes)];
    expect((await resizeUpload(memory, one)).outcome).toBe("resized");
    expect((await resizeUpload(memory, two)).outcome).toBe("repeated");
    const states = ["uploads/one.png", "uploads/two.png"].map((name) => memory.uploads.get(uploadIdOf(name))?.state);
    expect(states[0]).toMatchObject({ status: "done" });
    expect(states[1]).toEqual(states[0]);
    expect(memory.images.size).toBe(1);
  });

  test("a run that was killed half-way is done anew, and overwrites what it left", async () => {
    const memory = memoryPorts({ avif: false });
    const event = put(memory, key, await drawing(50, 30).png().toBuffer());
    const files = {
      ...memory.files,
      write: async (name: string, bytes: Buffer, type: string) => {
        if (name.endsWith("manifest.json")) throw new Error("killed");
        await memory.files.write(name, bytes, type);
      },
    };
    await expect(resizeUpload({ ...memory, files }, event)).rejects.toThrow("killed");
    expect(memory.uploads.get(uploadId)?.state.status).toBe("failed");
    expect((await resizeUpload(memory, event)).outcome).toBe("resized");
    expect(memory.uploads.get(uploadId)?.state.status).toBe("done");
    expect(memory.images.size).toBe(1);
  });
});

describe("an older event", () => {
  test("that comes after a newer one of the same key ends quietly", async () => {
    const memory = memoryPorts({ avif: false });
    const older = put(memory, key, await drawing(20, 10).png().toBuffer());
    const newer = put(memory, key, await drawing(30, 10).png().toBuffer());
    await resizeUpload(memory, newer);
    expect(await resizeUpload(memory, older)).toEqual({ outcome: "superseded" });
    expect(memory.images.size).toBe(1);
  });

  test("whose object is gone leaves the upload waiting", async () => {
    const memory = memoryPorts();
    const event = put(memory, key, await drawing(20, 10).png().toBuffer());
    memory.originals.clear();
    expect(await resizeUpload(memory, event)).toEqual({ outcome: "superseded" });
    expect(memory.uploads.get(uploadId)?.state).toEqual({ status: "waiting" });
  });
});

describe("what is not a picture of ours", () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>',
  );
  test.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ["an SVG named .jpg", "unsupported-format", () => svg],
    ["a TIFF", "unsupported-format", async () => drawing(10, 10).tiff().toBuffer()],
    ["a header bomb in PNG", "too-many-pixels", () => pngBomb(100_000, 100_000)],
    ["a header bomb in GIF", "too-many-pixels", () => gifBomb(2000, 2000, 60)],
    ["a truncated JPEG", "damaged-image", async () => (await drawing(300, 200).jpeg().toBuffer()).subarray(0, 3000)],
  ])("%s is rejected as %s, and no variant is written", async (_name, code, make) => {
    const memory = memoryPorts();
    const event = put(memory, key, await make());
    expect(await resizeUpload(memory, event)).toMatchObject({ outcome: "rejected", code });
    expect(memory.uploads.get(uploadId)?.state).toMatchObject({ status: "rejected", problem: { code } });
    expect([memory.writes.length, memory.images.size]).toEqual([0, 0]);
    expect(await resizeUpload(memory, event)).toEqual({ outcome: "repeated" });
  });

  test("too large or empty: the event's size decides before the file is read", async () => {
    const memory = memoryPorts();
    const event = put(memory, key, Buffer.alloc(1));
    memory.originals.clear();
    expect(await resizeUpload(memory, { ...event, sizeBytes: 25 * 1024 * 1024 + 1 })).toMatchObject({
      code: "too-large",
    });
    expect(await resizeUpload(memory, { ...event, sequencer: "ff", sizeBytes: 0 })).toMatchObject({
      code: "empty-file",
    });
  });

  test("folder markers and our own variants are left alone", async () => {
    const memory = memoryPorts();
    const marker = { ...put(memory, "uploads/summer/", Buffer.alloc(0)) };
    expect(await resizeUpload(memory, marker)).toEqual({ outcome: "folder-marker" });
    const files = { ...memory.files, read: async () => "variant" as const };
    const variant = put(memory, key, Buffer.alloc(10));
    expect(await resizeUpload({ ...memory, files }, variant)).toEqual({ outcome: "own-variant" });
    expect(memory.writes).toEqual([]);
  });
});
