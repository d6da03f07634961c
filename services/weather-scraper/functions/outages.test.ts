// Providers that are all down, say nothing new for days, or come back: what is served, and how a run gets complete after all.
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { redrive } from "../scripts/redrive.ts";
import type { ForecastView, RunView } from "../src/answer-schemas.ts";
import { observe, valueOf } from "../test/observe.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";
import { idOf, storesOf } from "../test/put-forecasts.ts";

const DOWN = [{ path: "*", effect: { kind: "status", status: 503, title: "Down" } }] as const;
const REASON = "met: HTTP 503: Down; open-meteo: HTTP 503: Down";

let it: Weather;
let known: ForecastView;
beforeAll(async () => {
  const place = { id: "london", name: "London", lat: 51.5, lon: -0.1, timeZone: "Europe/London" };
  const locations = [
    { ...place, providers: ["met", "open-meteo"] },
    { ...place, id: "oslo", providers: ["met"] },
  ];
  it = await openWeather({ locations, config: { openMeteo: { licence: "non-commercial" } } });
  await it.night();
  known = await forecast();
  it.providers.script(DOWN);
  await it.night();
});
afterAll(() => it.close());

const forecast = async (id = "london"): Promise<ForecastView> =>
  (await it.get(`/locations/${id}/forecast`)).json as ForecastView; // as openapi.json says, which was checked
const report = async (): Promise<RunView> => (await it.get("/runs/2026-01-17")).json as RunView; // likewise
const deliver = (id = "oslo") => observe(it, () => it.deliver([{ runId: "2026-01-18", locationId: id }]));

describe("a night in which all providers are down", () => {
  test("the last forecast is served as it is but for the day that is over, marked as stale with the reason", async () => {
    expect(known.stale).toBe(false);
    const days = known.days.filter(({ date }) => date >= "2026-01-17");
    expect(days).toHaveLength(known.days.length - 1);
    expect(await forecast()).toEqual({ ...known, days, stale: true, staleReason: REASON });
    expect(await report()).toMatchObject({ planned: 2, ok: 0, failed: 2, fallback: 0, complete: false });
    expect((await report()).failures).toContainEqual({ locationId: "london", reason: REASON });
  });

  test("each provider was tried three times, and after the third delivery there is a dead letter", async () => {
    const asked = (provider: string): number =>
      it.providers.log().filter(({ path, status }) => path.startsWith(`/${provider}/`) && status === 503).length;
    expect([asked("met"), asked("open-meteo")]).toEqual([6, 3]);
    // Tasks come up to 15 minutes after the plan, and again after 18 and 36; a dead letter is made after 54.
    await it.cloud.clock.advance("18m");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect([asked("met"), asked("open-meteo")]).toEqual([12, 6]);
    await it.cloud.clock.advance("37m");
    expect(await it.cloud.idle()).toMatchObject({ deadLetters: [{ messages: 2 }] });
    expect([asked("met"), asked("open-meteo")]).toEqual([18, 9]);
  });

  test("when they are back and the dead letters are moved back, the run is complete and nothing is stale", async () => {
    it.providers.script([]);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const sqs = new SQSClient({ endpoint: it.cloud.endpoint, region: "us-east-1", credentials });
    expect(await redrive(sqs, "local")).toBe(2);
    await it.cloud.clock.advance("2m");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await report()).toMatchObject({ ok: 2, failed: 0, fallback: 0, complete: true, failures: [] });
    const now = await forecast();
    expect(now).toMatchObject({ stale: false, issuedAt: "2026-01-17T01:30:57Z" });
    expect(now).not.toHaveProperty("staleReason");
    expect(now.fetchedAt > known.fetchedAt).toBe(true);
  });
});

describe("nothing new", () => {
  test("clears the stale mark as well: what is shown is still the latest", async () => {
    await it.cloud.clock.advance("40m");
    const before = await forecast("oslo");
    it.providers.script(DOWN);
    expect((await deliver()).result).toEqual([0]);
    expect(await forecast("oslo")).toMatchObject({ stale: true, staleReason: "met: HTTP 503: Down" });
    it.providers.script([]);
    const { asked, changed, result } = await deliver();
    expect([result, asked.map((each) => each.slice(0, 8))]).toEqual([[], ["304 /met"]]);
    expect(changed).toEqual(["LOC#oslo HTTP#met", "LOC#oslo LATEST", "RUN#2026-01-18 LOC#oslo"]);
    expect(await forecast("oslo")).toEqual(before);
  });

  test("is good as long as the issue is recent, and no answer when it is said for days", async () => {
    it.providers.script([{ path: "/met/*", effect: { kind: "status", status: 304 } }]);
    await it.cloud.clock.advance("3h");
    const recent = await deliver();
    expect([recent.result, recent.asked.length]).toEqual([[], 1]);
    await it.cloud.clock.advance("14h");
    const old = await deliver();
    expect(old.result).toEqual([0]);
    expect(await forecast("oslo")).toMatchObject({ stale: true, staleReason: "met: issued 19 h ago" });
    // The next request asks for all of it.
    expect((await deliver()).result).toEqual([0]);
    expect(it.providers.log()[0]?.headers).not.toHaveProperty("if-modified-since");
    expect(await forecast("oslo")).toMatchObject({ staleReason: "met: 304 where nothing was said to be known" });
    it.providers.script([]);
    expect((await deliver()).result).toEqual([]);
    expect(await forecast("oslo")).toMatchObject({ stale: false, issuedAt: "2026-01-17T19:30:57Z" });
  });

  test("is not believed where nothing is shown: the forecast is fetched again", async () => {
    const key = { pk: { S: "LOC#oslo" }, sk: { S: "LATEST" } };
    await it.cloud.call("dynamodb", "DynamoDB_20120810.DeleteItem", {
      TableName: it.app.resource("ForecastsTable"),
      Key: key,
    });
    const { asked, changed } = await deliver(); // before it expires
    expect(asked.map((each) => each.slice(0, 8))).toEqual(["200 /met"]);
    expect(changed).toContain("LOC#oslo LATEST");
    expect(it.providers.log()[0]?.headers).not.toHaveProperty("if-modified-since");
    expect(await forecast("oslo")).toMatchObject({ stale: false, issuedAt: "2026-01-17T19:30:57Z" });
  });
});

test("a delivery that fails late marks no forecast that another delivery has brought meanwhile", async () => {
  const { forecasts } = storesOf(it.cloud, it.app);
  const { changed, after } = await observe(it, () => forecasts.markStale(idOf("oslo"), known.issuedAt, "late"));
  expect(changed).toEqual([]);
  expect(valueOf(after["LOC#oslo LATEST"], "stale")).toBe(false);
});
