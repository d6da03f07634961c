import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FIREFOX, openShortener, type Shortener } from "../test/open-shortener.ts";

let shortener: Shortener;
beforeAll(async () => {
  shortener = await openShortener();
});
afterAll(() => shortener.cloud.close());

describe("redirect", () => {
  test("is exactly one DynamoDB call", async () => {
    const { cloud, app, create } = shortener;
    const { code } = await create({ url: "https://example.com/one" });
    const before = (await cloud.requests()).length;
    const answer = await app.http.get(`/${code}`, { headers: { "user-agent": FIREFOX } });
    expect(answer).toBeHttp(302);
    console.log((await cloud.requests()).slice(before));
  });
});
