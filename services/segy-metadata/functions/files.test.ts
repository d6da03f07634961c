import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openApp, type TestApp } from "../test/open-app.ts";
import { writeSegy } from "../test/write-segy.ts";

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly createdAt: string;
}

interface Page {
  readonly data: readonly Listed[];
  readonly page: { readonly limit: number; readonly next: string | null };
}

const survey = writeSegy({ text: { lines: ["C 1 SURVEY: TEST", "C 2 ED50 / UTM ZONE 31N"] } });
const nowhere = writeSegy({ text: { lines: ["C 1 NO WORD OF A PLACE"] } });

let it: TestApp;
let ids: Readonly<Record<"survey" | "nowhere" | "rejected" | "pending", string>>;
beforeAll(async () => {
  it = await openApp();
  const put = async (name: string, bytes: Uint8Array): Promise<string> => {
    const { id } = await it.put(`uploads/${name}`, bytes);
    await it.cloud.idle();
    await it.cloud.clock.advance("1m");
    return id;
  };
  ids = {
    survey: await put("survey.sgy", survey),
    nowhere: await put("nowhere.sgy", nowhere),
    rejected: await put("rejected.sgy", Buffer.alloc(100)),
    pending: (await it.newUpload("pending.sgy", 1)).id,
  };
});
afterAll(async () => it.cloud.close());

const list = async (query: string): Promise<Page> => (await it.get(`/files${query}`)).json as Page; // the API's own answer

const unknown = "a".repeat(26);

test("whoever does not sign: 403 of API Gateway, on every route", async () => {
  const paths = ["", `/${ids.survey}`, `/${ids.survey}/text`, `/${ids.survey}/geojson`];
  for (const path of paths) expect(await it.app.http.get(`/files${path}`)).toBeHttp(403, { message: "Forbidden" });
  for (const path of ["/uploads", `/files/${ids.survey}/scan`])
    expect(await it.app.http.post(path, { body: {} })).toBeHttp(403, { message: "Forbidden" });
});

describe("the list", () => {
  test("has what is known of each file, newest first", async () => {
    const { data, page } = await list("");
    expect(data.map(({ id }) => id)).toEqual([ids.pending, ids.rejected, ids.nowhere, ids.survey]);
    expect(page).toEqual({ limit: 20, next: null });
    expect(data[3]).toEqual({
      id: ids.survey,
      status: "ready",
      key: "uploads/survey.sgy",
      sizeBytes: survey.length,
      createdAt: expect.stringMatching(/^2026-01-15T/),
      class: "3d-poststack",
      traces: 120,
      confidence: "exact",
      worst: expect.any(String),
    });
    expect(data[0]).not.toHaveProperty("class");
  });

  test("of one status", async () => {
    expect((await list("?status=ready")).data.map(({ id }) => id)).toEqual([ids.nowhere, ids.survey]);
    expect((await list("?status=pending")).data.map(({ id }) => id)).toEqual([ids.pending]);
    expect((await list("?status=scanning")).data).toEqual([]);
  });

  test.each(["?limit=1", "?limit=3", "?limit=1&status=ready"])("%s: pages neither repeat nor skip", async (query) => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const answer: Page = await list(`${query}${next === null ? "" : `&cursor=${encodeURIComponent(next)}`}`);
      seen.push(...answer.data.map(({ id }) => id));
      next = answer.page.next;
    } while (next !== null);
    expect(seen).toEqual((await list(query.replace(/limit=\d/, "limit=100"))).data.map(({ id }) => id));
  });

  test("a page links to the next one", async () => {
    const { headers, json } = await it.get("/files?limit=1");
    expect(headers["link"]).toContain(`cursor=${encodeURIComponent((json as Page).page.next ?? "")}`);
  });

  test.each(["limit=0", "limit=101", "limit=x", "status=done", "offset=1", "limit=1&limit=2"])(
    "?%s is refused",
    async (query) => {
      expect(await it.get(`/files?${query}`)).toBeProblem(400, "invalid-query");
    },
  );

  test("a damaged cursor, or one of another status, is refused", async () => {
    const { page } = await list("?limit=1");
    for (const cursor of ["nonsense", page.next?.slice(0, -1), `${page.next}&status=ready`])
      expect(await it.get(`/files?cursor=${cursor}`)).toBeProblem(400, "invalid-cursor");
  });
});

describe("a document", () => {
  test("has an ETag, and is not sent again to whoever has it", async () => {
    const answer = await it.get(`/files/${ids.survey}`);
    expect(answer).toBeHttp(200, { id: ids.survey, status: "ready" });
    const etag = answer.headers["etag"] ?? "";
    expect(etag).toMatch(/^"\w+"$/);
    const again = await it.get(`/files/${ids.survey}`, { "if-none-match": etag });
    expect([again.status, again.text, again.headers["etag"]]).toEqual([304, "", etag]);
    expect(await it.get(`/files/${ids.survey}`, { "if-none-match": '"other"' })).toBeHttp(200);
  });

  test("of a rejected file is there, too", async () => {
    expect(await it.get(`/files/${ids.rejected}`)).toBeHttp(200, {
      status: "rejected",
      findings: [{ code: "shorter-than-headers" }],
    });
  });

  test("of a file that nobody sent yet: 202, and when to ask again", async () => {
    const answer = await it.get(`/files/${ids.pending}`);
    expect(answer).toBeHttp(202, { id: ids.pending, status: "pending" });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });

  test("that is too large for an answer of Lambda: 303 to where it is", async () => {
    const { id } = await it.put("uploads/large.sgy", survey);
    await it.cloud.idle();
    const Body = JSON.stringify({ ...(await it.document(id)), filler: "x".repeat(5 * 1024 ** 2) });
    await it.s3.send(new PutObjectCommand({ Bucket: it.results, Key: `files/${id}.json`, Body }));
    const answer = await it.get(`/files/${id}`);
    expect(answer.status).toBe(303);
    const followed = await fetch(answer.headers["location"] ?? "");
    expect([followed.status, (await followed.text()).length]).toEqual([200, Body.length]);
    expect(await it.get(`/files/${id}/text`)).toBeProblem(409, "not-ready");
  });
});

test("the text is its lines", async () => {
  const answer = await it.get(`/files/${ids.survey}/text`);
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
  const lines = answer.text.split("\n");
  expect([lines.length, lines[0], lines[1], lines[40]]).toEqual([
    41,
    "C 1 SURVEY: TEST",
    "C 2 ED50 / UTM ZONE 31N",
    "",
  ]);
});

test("every text record is in the text", async () => {
  const bytes = writeSegy({ records: [{ text: "((ACME: Processing))\nStacked in Köln" }], revision: [2, 0] });
  const { id } = await it.put("uploads/records.sgy", bytes);
  await it.cloud.idle();
  const { text } = await it.get(`/files/${id}/text`);
  expect(text.split("\n").length).toBeGreaterThanOrEqual(81);
  expect(text).toContain("((ACME: Processing))");
});

describe("the map", () => {
  test("is the outline in longitude and latitude", async () => {
    const answer = await it.get(`/files/${ids.survey}/geojson`);
    expect(answer.headers["content-type"]).toBe("application/geo+json");
    expect(answer).toBeHttp(200, { type: "FeatureCollection" });
    const forced = await it.get(`/files/${ids.nowhere}/geojson?crs=EPSG:23031`);
    const plain = await it.get(`/files/${ids.nowhere}/geojson?crs=none`);
    expect([forced.status, plain.status]).toEqual([200, 200]);
    expect((forced.json as { features: { geometry: unknown }[] }).features[0]?.geometry).toEqual(
      (answer.json as { features: { geometry: unknown }[] }).features[0]?.geometry,
    );
    expect(plain.json).toHaveProperty("note");
  });

  test("needs to know where that is", async () => {
    expect(await it.get(`/files/${ids.nowhere}/geojson`)).toBeProblem(409, "crs-unknown");
    expect(await it.get(`/files/${ids.nowhere}/geojson?crs=EPSG:99999`)).toBeProblem(409, "crs-unknown");
    expect(await it.get(`/files/${ids.nowhere}/geojson?crs=utm31`)).toBeProblem(400, "invalid-query");
  });
});

test.each(["", "/text", "/geojson"])("GET /files/{id}%s of what is not there: 404", async (path) => {
  for (const id of [unknown, "nonsense", "A".repeat(26)])
    expect(await it.get(`/files/${id}${path}`)).toBeProblem(404, "not-found");
});

test.each(["/text", "/geojson"])("GET /files/{id}%s before there is a document: 409", async (path) => {
  expect(await it.get(`/files/${ids.pending}${path}`)).toBeProblem(409, "not-ready");
});
