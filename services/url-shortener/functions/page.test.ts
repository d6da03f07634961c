import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FIREFOX, openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener({ people: false });
});
afterAll(() => s.cloud.close());

const submit = (code: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  s.app.http.post(`/p/${code}`, {
    headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": FIREFOX, ...headers },
    body: new URLSearchParams(form).toString(),
  });

describe("the page", () => {
  test("shows where a link leads, and its button goes there", async () => {
    const { code } = await s.create({ url: "https://example.com/there", title: "<b>Hi" });
    const page = await s.visit(`/p/${code}`);
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
    expect(page.text).toContain("https://example.com/there");
    expect(page.text).toContain("&#60;b&#62;Hi");
    const answer = await submit(code);
    expect([answer.status, answer.headers["location"]]).toEqual([303, "https://example.com/there"]);
  });

  test("of an unknown, expired or deleted link is a 404 or 410", async () => {
    expect(await s.visit("/p/unknown")).toBeProblem(404, "not-found");
    expect((await s.visit("/p/unknown", { accept: "text/html" })).headers["content-type"]).toBe(
      "text/html; charset=utf-8",
    );
    expect(await submit("unknown")).toBeProblem(404, "not-found");
  });

  test("takes a use", async () => {
    const { code } = await s.create({ url: "https://example.com/once", maxUses: 1 });
    expect((await submit(code)).status).toBe(303);
    expect(await submit(code)).toBeProblem(410, "link-used-up");
  });
});

describe("a password", () => {
  const password = "correct horse battery";

  test("lets through who knows it, hides the target from all others, and is in no log line and no item", async () => {
    const secret = { url: "https://example.com/hidden", password: "planted-secret" };
    const { code, protected: isProtected } = await s.create(secret);
    expect(isProtected).toBe(true);
    expect((await s.visit(`/${code}`)).headers["location"]).toBe(`/p/${code}`);
    expect((await s.visit(`/p/${code}`)).text).not.toContain("hidden");
    const wrong = await submit(code, { password: "planted-wrong" });
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain("That password is wrong.");
    expect(wrong.text).not.toContain("hidden");
    const right = await submit(code, { password: secret.password });
    expect(right.headers["location"]).toBe(secret.url);
    const items = await s.cloud.call("dynamodb", "DynamoDB_20120810.Scan", { TableName: s.app.resource("LinksTable") });
    const everything = JSON.stringify([items, await s.cloud.logs()]);
    expect(everything).toContain(code);
    expect(everything).not.toMatch(/planted-|127\.0\.0\.1(?!:)/); // nor an address
  });

  test("may be tried wrongly five times in a quarter of an hour; right tries are free", async () => {
    const { code } = await s.create({ url: "https://example.com/hidden", password });
    for (let i = 0; i < 6; i++) expect((await submit(code, { password })).status).toBe(303);
    for (let i = 0; i < 5; i++) expect((await submit(code, { password: `wrong ${i}` })).status).toBe(401);
    expect(await submit(code, { password: "wrong 5" })).toBeProblem(429, "rate-limited");
    expect(await submit(code, { password })).toBeProblem(429, "rate-limited");
    await s.cloud.clock.advance("15m");
    expect((await submit(code, { password })).status).toBe(303);
  });
});
