import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { logsEvent, send } from "@warmstart/testing";
import { clickId } from "../src/clicks.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoClicks } from "../src/dynamo-clicks.ts";
import type { LinkView } from "../src/link-schemas.ts";
import { bucketKey, type StatsView } from "../src/stats.ts";
import { FIREFOX, openShortener, type Shortener } from "../test/open-shortener.ts";
import { seededRandom } from "../test/random.ts";

const VISITS = process.env["WARMSTART_FULL"] === "1" ? 300 : 120;

let s: Shortener;
let ann: { "x-api-key": string };
beforeAll(async () => {
  s = await openShortener({ people: false });
  ann = await s.key("ann");
});
afterAll(() => s.cloud.close());

const statsOf = async ({ code }: LinkView, query = ""): Promise<StatsView> => {
  const answer = await s.app.http.get(`/m/v1/links/${code}/stats${query}`, { headers: ann });
  expect(answer).toBeHttp(200);
  return answer.json as StatsView; // the API's schema
};

/** Calls the counter as CloudWatch Logs does: asynchronously. */
const deliver = (event: unknown) => {
  const url = `${s.cloud.endpoint}/2015-03-31/functions/url-shortener-local-countClicks/invocations`;
  return send("POST", url, { body: event, headers: { "x-amz-invocation-type": "Event" }, sign: { service: "lambda" } });
};

test("people and bots are counted apart, HEAD not at all, and a second delivery changes nothing", async () => {
  const { pick, int, shuffled } = seededRandom(7);
  const links = await Promise.all(Array.from({ length: 5 }, (_, i) => s.create({ url: `https://example.com/${i}` })));
  const expected = links.map(() => ({ clicks: 0, bots: 0 }));
  const visits = Array.from({ length: VISITS }, () => ({
    at: int(links.length),
    kind: pick(["person", "head", "bot", "prefetch"]),
  }));
  for (let i = 0; i < visits.length; i += 20) {
    await Promise.all(
      visits.slice(i, i + 20).map(({ at, kind }) => {
        const headers = {
          "user-agent": kind === "bot" ? "Googlebot/2.1" : FIREFOX,
          ...(kind === "prefetch" && { purpose: "prefetch" }),
        };
        return s.app.http[kind === "head" ? "head" : "get"](`/${links[at]?.code}`, { headers });
      }),
    );
  }
  for (const { at, kind } of visits) {
    const count = expected[at];
    if (count && kind !== "head") count[kind === "person" ? "clicks" : "bots"]++;
  }
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  const totals = async () => Promise.all(links.map(async (link) => (await statsOf(link)).total));
  expect(await totals()).toEqual(expected);

  const lines = (await s.cloud.logs("url-shortener-local-redirect"))
    .map(({ message }) => message)
    .filter((line) => line.includes('"type":"click"'));
  const again = shuffled([...lines, ...lines]);
  for (let i = 0; i < again.length; i += 37) await deliver(logsEvent(again.slice(i, i + 37)));
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  expect(await totals()).toEqual(expected);
}, 30_000);

test("the page's button counts, its showing does not; a QR code is a source", async () => {
  const link = await s.create({ url: "https://example.com/page" });
  await s.visit(`/p/${link.code}`);
  await s.app.http.post(`/p/${link.code}`, {
    headers: { "user-agent": FIREFOX, "content-type": "application/x-www-form-urlencoded" },
  });
  await s.visit(`/${link.code}?s=qr`, {
    referer: "https://news.example/story",
    "user-agent": "Mozilla/5.0 (iPhone) Mobile",
  });
  await s.visit(`/${link.code}`, { dnt: "1", referer: "https://hidden.example/" });
  await s.cloud.idle();
  expect(await statsOf(link, "?unit=hour")).toMatchObject({
    total: { clicks: 3, bots: 0 },
    referrers: [{ name: "news.example", clicks: 1 }],
    devices: expect.arrayContaining([{ name: "mobile", clicks: 1 }]),
    sources: [
      { name: "direct", clicks: 2 },
      { name: "qr", clicks: 1 },
    ],
  });
});

test("a batch that cannot be counted is tried three times and then lies in the queue with all it held", async () => {
  const poison = { awslogs: { data: "bm90IGd6aXA=" } };
  await deliver(poison);
  await s.cloud.idle();
  await s.cloud.clock.advance("10m");
  const { deadLetters } = await s.cloud.idle();
  expect(deadLetters).toMatchObject([{ messages: 1 }]);
  const { Messages } = await s.cloud.call("sqs", "AmazonSQS.ReceiveMessage", {
    QueueUrl: s.app.resource("DeadClicksQueue"),
  });
  const [message] = Messages as { Body: string }[];
  expect(JSON.parse(message?.Body ?? "")).toMatchObject({
    requestContext: { approximateInvokeCount: 3 },
    requestPayload: poison,
  });
});

test("a million clicks over a year are answered with at most four reads", async () => {
  const link = await s.create({ url: "https://example.com/busy" });
  const clicks = dynamoClicks(s.app.resource("ClicksTable"), documentClient());
  const id = clickId(link);
  const days = Array.from({ length: 366 }, (_, i) => bucketKey("day", s.cloud.clock.now() - i * 86_400_000));
  for (let at = 0; at < days.length; at += 61) {
    const buckets = days
      .slice(at, at + 61)
      .map((key) => ({ id, key, adds: { n: 2733, d_mobile: 2733, s_direct: 2733, "r_a.com": 2733 } }));
    await clicks.commit("year", { ranges: [[0, at]], version: at / 61 + 1 }, [
      ...buckets,
      { id, key: "T", adds: { n: 61 * 2733 } },
    ]);
  }
  const from = (days.at(-1) ?? "").slice(2);
  const before = (await s.cloud.requests({ service: "dynamodb" })).length;
  const stats = await statsOf(link, `?from=${from}&to=2026-01-16`);
  expect(stats).toMatchObject({ total: { clicks: 366 * 2733 }, allTime: { clicks: 366 * 2733 } });
  const reads = (await s.cloud.requests({ service: "dynamodb" }))
    .slice(before)
    .filter(({ principal }) => /LinkStats/.test(principal));
  expect(reads.length).toBeLessThanOrEqual(4);
});
