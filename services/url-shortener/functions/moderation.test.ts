// OWASP API 5:2023, functions: only admins disable and enable links, those of others too.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LinkView } from "../src/link-schemas.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

type Headers = Readonly<Record<string, string>>;

let s: Shortener;
let admin: Headers;
let staff: Headers;
let owner: Headers;
beforeAll(async () => {
  s = await openShortener();
  [admin, staff, owner] = [await s.person("admin"), await s.person("staff"), await s.person()];
});
afterAll(() => s.cloud.close());

const newLink = async (link: object = {}): Promise<string> => {
  const answer = await s.app.http.post("/v1/links", { headers: owner, body: { url: "https://example.com", ...link } });
  return (answer.json as LinkView).code;
};
const disable = (code: string, headers: Headers, body: unknown = { reason: "phishing" }) =>
  s.app.http.post(`/v1/links/${code}/disable`, { headers, body });
const enable = (code: string, headers: Headers) => s.app.http.post(`/v1/links/${code}/enable`, { headers });
const seen = (code: string) => s.app.http.get(`/v1/links/${code}`, { headers: owner });

describe("an admin", () => {
  test("disables anybody's link: visitors get 410, its owner sees the reason, and it can be enabled again", async () => {
    const code = await newLink({ title: "win a phone" });
    const disabled = await disable(code, admin);
    expect(disabled).toBeHttp(200, expect.objectContaining({ state: "disabled", reason: "phishing", version: 2 }));
    expect(disabled.headers["etag"]).toBe('"v2"');
    for (const path of [`/${code}`, `/p/${code}`, `/${code}/qr.svg`])
      expect(await s.visit(path)).toBeProblem(410, "link-disabled");
    expect(await seen(code)).toBeHttp(200, expect.objectContaining({ state: "disabled", reason: "phishing" }));
    const { json } = await s.app.http.get("/v1/links?state=disabled", { headers: owner });
    expect((json as { data: LinkView[] }).data.map((link) => link.code)).toEqual([code]);

    const enabled = await enable(code, admin);
    expect(enabled).toBeHttp(200, expect.objectContaining({ state: "active", title: "win a phone", version: 3 }));
    expect(enabled.json).not.toHaveProperty("reason");
    expect((await s.visit(`/${code}`)).status).toBe(302);
  });

  test("stops a link that still has uses", async () => {
    const code = await newLink({ maxUses: 5 });
    await disable(code, admin);
    expect(await s.visit(`/${code}`)).toBeProblem(410, "link-disabled");
    expect(await seen(code)).toBeHttp(200, expect.objectContaining({ uses: 0 }));
  });

  test("may say it again, with another reason", async () => {
    const code = await newLink();
    await disable(code, admin);
    expect(await disable(code, admin, { reason: "malware" })).toBeHttp(
      200,
      expect.objectContaining({ reason: "malware" }),
    );
  });

  test("gets 404 for a link that is not there, and for one that was deleted", async () => {
    expect(await disable("nothing", admin)).toBeProblem(404, "not-found");
    expect(await enable("nothing", admin)).toBeProblem(404, "not-found");
    expect(await disable("no%20code", admin)).toBeProblem(404, "not-found");
    const code = await newLink();
    await s.app.http.delete(`/v1/links/${code}`, { headers: { ...owner, "if-match": '"v1"' } });
    expect(await disable(code, admin)).toBeProblem(404, "not-found");
    expect(await enable(code, admin)).toBeProblem(404, "not-found");
    expect(await s.visit(`/${code}`)).toBeProblem(410, "link-deleted");
  });

  test.each([
    {},
    { reason: "" },
    { reason: 7 },
    { reason: "x".repeat(201) },
    { reason: "a\u0007" },
    { reason: "x", code: "y" },
  ])("must give a reason: %j is 422", async (body) => {
    const code = await newLink();
    expect(await disable(code, admin, body)).toBeProblem(422, "validation-failed");
    expect(await seen(code)).toBeHttp(200, expect.objectContaining({ state: "active", version: 1 }));
  });

  test("costs one write and no read", async () => {
    const code = await newLink();
    await s.cloud.idle(); // the clicks of earlier tests are counted
    const before = (await s.cloud.requests({ service: "dynamodb" })).length;
    await disable(code, admin);
    const asked = (await s.cloud.requests({ service: "dynamodb" })).slice(before);
    expect(asked.map(({ action }) => action)).toEqual(["UpdateItem"]);
  });

  test("sees and changes no foreign link by the routes of owners", async () => {
    const code = await newLink();
    expect(await s.app.http.get(`/v1/links/${code}`, { headers: admin })).toBeProblem(404, "not-found");
    const headers = { ...admin, "if-match": "*" };
    expect(await s.app.http.delete(`/v1/links/${code}`, { headers })).toBeProblem(404, "not-found");
  });
});

describe("nobody else", () => {
  test("may disable or enable: customers, staff and the owner get 403", async () => {
    const code = await newLink();
    for (const headers of [owner, staff]) {
      expect(await disable(code, headers)).toBeProblem(403, "forbidden-role");
      expect(await enable(code, headers)).toBeProblem(403, "forbidden-role");
    }
    await disable(code, admin);
    expect(await enable(code, owner)).toBeProblem(403, "forbidden-role");
    expect(await s.visit(`/${code}`)).toBeProblem(410, "link-disabled");
  });

  test("gets around it: an edit keeps a link disabled, an old version is not written", async () => {
    const code = await newLink();
    await disable(code, admin);
    const patch = (version: string, body: object) => {
      const headers = { ...owner, "content-type": "application/merge-patch+json", "if-match": version };
      return s.app.http.patch(`/v1/links/${code}`, { headers, body: JSON.stringify(body) });
    };
    expect(await patch('"v1"', { title: "x" })).toBeProblem(412, "etag-mismatch");
    expect(await patch('"v2"', { disabled: null })).toBeProblem(422, "validation-failed");
    expect(await patch('"v2"', { url: "https://example.org" })).toBeHttp(
      200,
      expect.objectContaining({ state: "disabled", reason: "phishing" }),
    );
    expect(await s.visit(`/${code}`)).toBeProblem(410, "link-disabled");
  });

  test("has such a route with an API key", async () => {
    const key = await s.key("ann");
    for (const verb of ["disable", "enable"])
      expect((await s.app.http.post(`/m/v1/links/nothing/${verb}`, { headers: key })).json).toEqual({
        message: "Not Found",
      });
  });
});
