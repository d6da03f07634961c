import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as v from "valibot";
import { openApp, type TestApp } from "../test/open-app.ts";
import { drawing } from "../test/pictures.ts";
import { Manifest } from "../src/variants.ts";

interface Page {
  readonly data: readonly Manifest[];
  readonly page: { readonly limit: number; readonly next: string | null };
}

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
  for (let width = 11; width <= 15; width++) {
    const Body = await drawing(width, 10).png().toBuffer();
    await it.s3.send(new PutObjectCommand({ Bucket: it.originals, Key: `uploads/${width}.png`, Body }));
    await it.cloud.idle();
    await it.cloud.clock.advance("1m");
  }
});
afterAll(async () => it.cloud.close());

const list = async (query: string): Promise<Page> => (await it.get(`/images${query}`)).json as Page; // the API's own answer

test("images come newest first", async () => {
  const { data, page } = await list("");
  expect(data.map(({ original }) => original.width)).toEqual([15, 14, 13, 12, 11]);
  expect(page).toEqual({ limit: 20, next: null });
  expect(v.is(v.array(Manifest), data)).toBe(true);
});

test("pages follow each other without repeating or skipping", async () => {
  const seen: number[] = [];
  let next: string | null = null;
  do {
    const answer: Page = await list(`?limit=2${next === null ? "" : `&cursor=${next}`}`);
    seen.push(...answer.data.map(({ original }) => original.width));
    next = answer.page.next;
  } while (next !== null);
  expect(seen).toEqual([15, 14, 13, 12, 11]);
});

test("a page links to the next one", async () => {
  const { headers, json } = await it.get("/images?limit=1");
  expect(headers["link"]).toContain(`cursor=${encodeURIComponent((json as Page).page.next ?? "")}`);
});

test.each(["limit=0", "limit=101", "limit=x", "offset=1", "limit=1&limit=2"])("?%s is refused", async (query) => {
  expect(await it.get(`/images?${query}`)).toBeProblem(400, "invalid-query");
});

test("a damaged cursor is refused", async () => {
  const { page } = await list("?limit=1");
  expect(await it.get(`/images?cursor=${page.next?.slice(0, -1)}`)).toBeProblem(400, "invalid-cursor");
  expect(await it.get("/images?cursor=nonsense")).toBeProblem(400, "invalid-cursor");
});

test("an image has an ETag, and is not sent again to whoever has it", async () => {
  const [newest] = (await list("?limit=1")).data;
  const answer = await it.get(`/images/${newest?.id}`);
  expect(answer).toBeHttp(200, newest);
  const etag = answer.headers["etag"] ?? "";
  expect(etag).toMatch(/^"[\w-]+"$/);
  const again = await it.get(`/images/${newest?.id}`, { "if-none-match": etag });
  expect([again.status, again.text]).toEqual([304, ""]);
  expect(await it.get(`/images/${newest?.id}`, { "if-none-match": '"other"' })).toBeHttp(200);
});

test.each(["/images/0123456789abcdef0123456789abcdef", "/images/nonsense", `/uploads/${"0".repeat(32)}`, "/uploads/x"])(
  "%s is not there",
  async (path) => {
    expect(await it.get(path)).toBeProblem(404, "not-found");
  },
);
