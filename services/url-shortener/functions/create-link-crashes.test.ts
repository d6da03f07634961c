// A create that dies at one of its AWS calls, and the same request again, as a client with an idempotency key sends it.
import { expect, test } from "@jest/globals";
import { everyCrashPoint, type HttpResult, type TestCloud } from "@warmstart/testing";
import { openShortener } from "../test/open-shortener.ts";

// Dying after a call leaves what dying before the next one leaves: ordinary runs take one of the two.
const modes = process.env["WARMSTART_FULL"] === "1" ? (["before", "after"] as const) : (["before"] as const);

const createTwice = async (cloud: TestCloud): Promise<{ readonly first: HttpResult; readonly last: HttpResult }> => {
  const { app, key } = await openShortener({ cloud, people: false });
  const headers = { ...(await key("ann")), "idempotency-key": "3b0c9a52-5f0e-4d0e-9a3f-0a1b2c3d4e5f" };
  const post = () => app.http.post("/m/v1/links", { headers, body: { url: "https://example.com" } });
  const first = await post();
  let last = first;
  for (let wait = 0; wait < 2 && last.status !== 201; wait++) {
    await cloud.clock.advance("1m"); // the key of one that died is taken over after its time-out
    last = await post();
  }
  return { first, last };
};

const linksIn = async (cloud: TestCloud): Promise<number> => {
  const TableName = "url-shortener-local-links";
  const { Items } = await cloud.call("dynamodb", "DynamoDB_20120810.Scan", { TableName });
  return (Items as { sk?: { S: string } }[]).filter(({ sk }) => sk?.S === "L").length; // DynamoDB's JSON
};

test("whichever call it dies at, the repeated request is answered and there is one link", async () => {
  const points = await everyCrashPoint(
    createTwice,
    async (cloud, { last }) => {
      expect(last).toBeHttp(201);
      expect(await linksIn(cloud)).toBe(1);
    },
    { functions: "url-shortener-local-createLink", modes, settle: "1m" },
  );
  expect(points.filter(({ mode }) => mode === "before").map(({ aws }) => aws.split(" ")[0])).toContain(
    "dynamodb:PutItem",
  );
}, 120_000);
