// OWASP API 1:2023, object access: what belongs to ann is 404 for bob, on every route and both ways in, and stays as it is.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { LinkView } from "../src/link-schemas.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

type Headers = Readonly<Record<string, string>>;

let s: Shortener;
let ann: { person: Headers; machine: Headers };
let bob: { person: Headers; machine: Headers };
beforeAll(async () => {
  s = await openShortener();
  [ann, bob] = [await somebody(), await somebody()];
});
afterAll(() => s.cloud.close());

/** The same owner twice: with a token, and with a key that the token made. */
const somebody = async () => {
  const person = await s.person();
  const body = { scopes: ["links:read", "links:write", "stats:read"] };
  const { json } = await s.app.http.post("/v1/api-keys", { headers: person, body });
  return { person, machine: { "x-api-key": (json as { secret: string }).secret } };
};

const ways = [
  ["", "person"],
  ["/m", "machine"],
] as const;

const newLink = async (headers: Headers): Promise<LinkView> => {
  const answer = await s.app.http.post("/v1/links", {
    headers,
    body: { url: "https://example.com/hers", tags: ["a"] },
  });
  expect(answer).toBeHttp(201);
  return answer.json as LinkView; // the API's schema
};

const codes = async (path: string, headers: Headers) => {
  const { json } = await s.app.http.get(`${path}?limit=100`, { headers });
  return (json as { data: LinkView[] }).data.map((link) => link.code);
};

const merge = { "content-type": "application/merge-patch+json" };
const routes = {
  "GET /v1/links/{code}": (path: string, headers: Headers) => s.app.http.get(path, { headers }),
  "GET /v1/links/{code}/stats": (path: string, headers: Headers) => s.app.http.get(`${path}/stats`, { headers }),
  "PATCH /v1/links/{code}": (path: string, headers: Headers) =>
    s.app.http.patch(path, { headers: { ...headers, ...merge, "if-match": '"v1"' }, body: '{"title":"x"}' }),
  "DELETE /v1/links/{code}": (path: string, headers: Headers) =>
    s.app.http.delete(path, { headers: { ...headers, "if-match": '"v1"' } }),
};

const FIELDS = ["ownerId", "version", "createdAt", "uses", "disabled", "state", "reason", "pw", "gsi1pk"];
/** In ordinary runs each is tried one way. */
const fieldsFor = (as: "person" | "machine"): readonly string[] =>
  process.env["WARMSTART_FULL"] === "1" ? FIELDS : FIELDS.filter((_, at) => (at % 2 === 0) === (as === "person"));

for (const [prefix, as] of ways) {
  test.each(Object.entries(routes))(`as a ${as}, %s ${prefix && "below /m "}is 404 for another`, async (_, ask) => {
    const link = await newLink(ann.person);
    expect(await ask(`${prefix}/v1/links/${link.code}`, bob[as])).toBeProblem(404, "not-found");
    const after = await s.app.http.get(`/v1/links/${link.code}`, { headers: ann.person });
    expect(after).toBeHttp(200, { ...link });
    expect((await ask(`${prefix}/v1/links/${link.code}`, ann[as])).status).toBeLessThan(300);
  });

  test(`as a ${as}, a list ${prefix && "below /m "}holds the caller's links alone`, async () => {
    const { code } = await newLink(ann.person);
    expect(await codes(`${prefix}/v1/links`, ann[as])).toContain(code);
    expect(await codes(`${prefix}/v1/links`, bob[as])).not.toContain(code);
  });

  test(`as a ${as}, nothing but the fields of a link ${prefix && "below /m "}can be written`, async () => {
    const { code } = await newLink(ann.person);
    for (const field of fieldsFor(as)) {
      const headers = { ...ann[as], ...merge, "if-match": '"v1"' };
      const body = JSON.stringify({ [field]: "x" });
      expect(await s.app.http.patch(`${prefix}/v1/links/${code}`, { headers, body })).toBeProblem(
        422,
        "validation-failed",
      );
      const create = { headers: ann[as], body: { url: "https://example.com", [field]: "x" } };
      expect(await s.app.http.post(`${prefix}/v1/links`, create)).toBeProblem(422, "validation-failed");
    }
  });
}

test("a person and the machines with that person's keys share their links", async () => {
  const { code } = await newLink(ann.person);
  expect(await s.app.http.get(`/m/v1/links/${code}`, { headers: ann.machine })).toBeHttp(200);
});

test("API keys are listed and deleted by their owner alone", async () => {
  const made = await s.app.http.post("/v1/api-keys", { headers: ann.person, body: { scopes: ["links:read"] } });
  const { id } = made.json as { id: string };
  const ids = async (headers: Headers) => {
    const { json } = await s.app.http.get("/v1/api-keys", { headers });
    return (json as { data: { id: string }[] }).data.map((key) => key.id);
  };
  expect(await ids(bob.person)).not.toContain(id);
  expect(await s.app.http.delete(`/v1/api-keys/${id}`, { headers: bob.person })).toBeProblem(404, "not-found");
  expect(await ids(ann.person)).toContain(id);
});

test("a cursor of ann's is none of bob's", async () => {
  await newLink(ann.person);
  await newLink(ann.person);
  const { json } = await s.app.http.get("/v1/links?limit=1", { headers: ann.person });
  const { next } = (json as { page: { next: string } }).page;
  expect(await s.app.http.get(`/v1/links?limit=1&cursor=${next}`, { headers: bob.person })).toBeProblem(
    400,
    "invalid-cursor",
  );
});
