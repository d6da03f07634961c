import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { boundaryOf, readForm } from "./form-data.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

async function* cut(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const length of lengths) {
    if (length > 0 && at < bytes.length) yield bytes.subarray(at, at + length);
    at += length;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}
const read = async (bytes: Buffer, network: readonly number[], boundary = "b") => {
  const form = await readForm(cut(bytes, network), { boundary, fieldsLimit: 20_000 });
  const parts: Buffer[] = [];
  for await (const part of form.file?.data ?? []) parts.push(Buffer.from(part));
  return { fields: Object.fromEntries(form.fields), fileName: form.file?.fileName, content: Buffer.concat(parts) };
};
const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });

describe("multipart/form-data", () => {
  test("what a browser's FormData sends comes out whole, over any network", async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array)),
      fc.constantFrom("\r\n--", "\r\n--b", "--b--\r\n", "\r\n\r\n").map((text) => Buffer.from(text.repeat(3))),
    );
    const value = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/\r\n|\r|\n/g, "\r\n"));
    await fc.assert(
      fc.asyncProperty(content, value, lengths, async (file, text, network) => {
        const form = new FormData();
        form.append("Key", text);
        form.append("file", new Blob([file]), 'a "photo" ü.png');
        form.append("behind", "ignored");
        const request = new Request("http://x", { method: "POST", body: form });
        const boundary = boundaryOf(request.headers.get("content-type") ?? "") ?? "";
        const body = Buffer.from(await request.arrayBuffer());
        expect(await read(body, network, boundary)).toEqual({
          fields: { key: text },
          fileName: 'a "photo" ü.png',
          content: file,
        });
      }),
      { seed: 31, numRuns: FULL ? 150 : 50 },
    );
  });

  test("any other bytes are an AWS error or a form, never a hang", async () => {
    const piece = fc.constantFrom(
      "--b",
      "--",
      "\r\n",
      'Content-Disposition: form-data; name="a"',
      "\r\n\r\n",
      "x",
      '; name="file"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), lengths, async (pieces, network) => {
        const outcome = await read(Buffer.from(pieces.join("")), network).catch((error: unknown) => error);
        expect(outcome instanceof AwsError || Object.hasOwn(outcome as object, "fields")).toBe(true);
      }),
      { seed: 32, numRuns: FULL ? 500 : 150 },
    );
  });

  test("the boundary may be quoted", () => {
    expect(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b"')).toBe("a b");
    expect(boundaryOf("multipart/form-data; boundary=x")).toBe("x");
    expect(boundaryOf("multipart/mixed; boundary=x")).toBeUndefined();
  });
});
