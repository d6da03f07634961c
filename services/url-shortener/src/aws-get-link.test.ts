import { afterEach, describe, expect, test } from "@jest/globals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { aLink } from "../test/a-link.ts";
import { awsLinks, type RedirectLinks } from "./aws-get-link.ts";

type Step = { status: number; body?: unknown } | "cut" | "silent" | "text";
interface Seen {
  readonly target: unknown;
  readonly authorization: string;
  readonly token: unknown;
  readonly body: Record<string, unknown>;
}

const KEYS = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const before = KEYS.map((name) => [name, process.env[name]] as const);
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** A DynamoDB that answers as told, step by step. */
const dynamo = async (...steps: Step[]): Promise<{ links: RedirectLinks; seen: Seen[] }> => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { headers } = request;
      const body = JSON.parse(Buffer.concat(pieces).toString());
      const { authorization = "" } = headers;
      seen.push({ target: headers["x-amz-target"], authorization, token: headers["x-amz-security-token"], body });
      const step = steps.shift();
      if (step === "cut" || step === undefined) request.socket.destroy();
      else if (step === "text") response.end("<html>");
      else if (step !== "silent") response.writeHead(step.status).end(JSON.stringify(step.body ?? {}));
    });
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
  process.env["AWS_SECRET_ACCESS_KEY"] = "secret";
  return { links: awsLinks("links"), seen };
};

const item = {
  pk: { S: "L#sale" },
  url: { S: "https://example.com/" },
  version: { N: "3" },
  protected: { BOOL: true },
  tags: { SS: ["a"] },
};
const throttled = { status: 400, body: { __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException" } };

describe("get", () => {
  test("is one signed GetItem, and its attributes become values", async () => {
    const { links, seen } = await dynamo({ status: 200, body: { Item: item } });
    expect(await links.get("sale")).toMatchObject({
      code: "sale",
      url: "https://example.com/",
      version: 3,
      protected: true,
      tags: ["a"],
    });
    expect(seen).toMatchObject([
      {
        target: "DynamoDB_20120810.GetItem",
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/dynamodb\/aws4_request/,
        ),
        body: { TableName: "links", Key: { pk: { S: "L#sale" }, sk: { S: "L" } } },
      },
    ]);
    expect(seen[0]?.body).not.toHaveProperty("ConsistentRead");
  });

  test("an absent item is undefined", async () => {
    const { links } = await dynamo({ status: 200 });
    expect(await links.get("sale")).toBeUndefined();
  });

  test("credentials are read at each call", async () => {
    const { links, seen } = await dynamo({ status: 200 }, { status: 200 });
    await links.get("sale");
    process.env["AWS_ACCESS_KEY_ID"] = "AKIDRENEWED";
    process.env["AWS_SESSION_TOKEN"] = "token";
    await links.get("sale");
    expect(seen[1]).toMatchObject({ token: "token", authorization: expect.stringContaining("AKIDRENEWED") });
  });

  test.each<[string, Step]>([
    ["a cut connection", "cut"],
    ["a 500", { status: 500 }],
    ["throttling", throttled],
  ])("%s is tried once more", async (_, step) => {
    const { links, seen } = await dynamo(step, { status: 200, body: { Item: item } });
    expect(await links.get("sale")).toMatchObject({ version: 3 });
    expect(seen).toHaveLength(2);
    const twice = await dynamo(step, step, { status: 200 });
    await expect(twice.links.get("sale")).rejects.toMatchObject({ status: 503 });
    expect(twice.seen).toHaveLength(2);
  });

  test("any other 4xx is a bug at once", async () => {
    const { links, seen } = await dynamo({ status: 400, body: { __type: "x#AccessDeniedException", message: "no" } });
    await expect(links.get("sale")).rejects.toThrow("400 x#AccessDeniedException no");
    expect(seen).toHaveLength(1);
  });

  test("silence ends after a second, what is no JSON at once; both are an outage", async () => {
    const { links } = await dynamo("silent", "text");
    await expect(links.get("sale")).rejects.toMatchObject({ status: 503 });
  });
});

describe("use", () => {
  test("is one conditional update", async () => {
    const { links, seen } = await dynamo({ status: 200 });
    expect(await links.use(aLink({ maxUses: 3 }))).toBe(true);
    expect(seen).toMatchObject([
      { target: "DynamoDB_20120810.UpdateItem", body: { UpdateExpression: "ADD #uses :one" } },
    ]);
  });

  test("a refused condition means that none is left", async () => {
    const { links } = await dynamo({ status: 400, body: { __type: "x#ConditionalCheckFailedException" } });
    expect(await links.use(aLink({ maxUses: 3 }))).toBe(false);
  });

  test.each<[string, Step]>([
    ["a cut connection", "cut"],
    ["a 500", { status: 500 }],
    ["throttling", throttled],
  ])("after %s it is not sent again, lest it takes two", async (_, step) => {
    const { links, seen } = await dynamo(step, { status: 200 });
    await expect(links.use(aLink({ maxUses: 3 }))).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(1);
  });
});
