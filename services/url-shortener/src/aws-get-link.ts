// DynamoDB for the redirect alone: two calls over a keep-alive connection, signed by aws4. The SDK would be 300 KB and
// twice the CPU of a cold start (docs/decisions/010-redirect-client.md).
import { unavailable } from "@warmstart/middleware";
import aws4 from "aws4";
import http from "node:http";
import https from "node:https";
import type { Link, LinkRecord } from "./redirect.ts";
import { linkKey, TAKE_A_USE } from "./taking-a-use.ts";

type AttributeValue = Partial<{ S: string; N: string; BOOL: boolean; SS: readonly string[] }>;

interface Answer {
  readonly status: number;
  readonly body: Partial<{ Item: Readonly<Record<string, AttributeValue>>; __type: string; message: string }>;
}

export interface RedirectLinks {
  /** One eventually consistent read: half a read unit. */
  get(code: string): Promise<LinkRecord | undefined>;
  /** Takes one use; false when none is left. */
  use(link: Link): Promise<boolean>;
}

const TRY_MILLISECONDS = 1000;
const THROTTLED = /Throttl|ThroughputExceeded|RequestLimitExceeded/;

const plain = ({ S, N, BOOL, SS }: AttributeValue): unknown =>
  S ?? BOOL ?? SS ?? (N === undefined ? undefined : Number(N));

const passes = ({ status, body }: Answer): boolean => status >= 500 || THROTTLED.test(body.__type ?? "");

/** The links table as the redirect uses it; the endpoint is that of the SDK's variables. */
export const awsLinks = (table: string): RedirectLinks => {
  const { env } = process;
  const region = env["AWS_REGION"] ?? "us-east-1";
  const given = env["AWS_ENDPOINT_URL_DYNAMODB"] || env["AWS_ENDPOINT_URL"];
  const { protocol, host, hostname, port } = new URL(given || `https://dynamodb.${region}.amazonaws.com`);
  const { Agent, request } = protocol === "http:" ? http : https;
  const agent = new Agent({ keepAlive: true });

  const send = async (action: string, input: object): Promise<Answer> => {
    const trace = env["_X_AMZN_TRACE_ID"];
    // Without credentials given, aws4 reads them from the environment at each call: Lambda may renew them.
    const signed = aws4.sign({
      service: "dynamodb",
      region,
      host,
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${action}`,
        ...(trace && { "x-amzn-trace-id": trace }),
      },
      body: JSON.stringify({ TableName: table, ...input }),
    });
    const [status, answer] = await new Promise<[number, string]>((resolve, reject) => {
      const sent = request({ ...signed, agent, hostname, port }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (body += piece));
        response.on("error", reject);
        response.on("end", () => resolve([response.statusCode ?? 0, body]));
      });
      const timer = setTimeout(() => sent.destroy(new Error(`No answer in ${TRY_MILLISECONDS} ms`)), TRY_MILLISECONDS);
      sent.on("close", () => clearTimeout(timer));
      sent.on("error", reject);
      sent.end(signed.body);
    });
    return { status, body: JSON.parse(answer) };
  };

  const call = async (action: string, input: object, tries: number): Promise<Answer> => {
    let cause: unknown;
    for (let left = tries; left > 0; left--) {
      if (left < tries) await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
      try {
        const answer = await send(action, input);
        if (!passes(answer)) return answer;
        cause = failure(answer);
      } catch (error) {
        cause = error;
      }
    }
    throw unavailable(`${action} failed`, cause);
  };

  return {
    async get(code) {
      const { pk, sk } = linkKey(code);
      const answer = await call("GetItem", { Key: { pk: { S: pk }, sk: { S: sk } } }, 2);
      if (answer.status !== 200) throw failure(answer);
      const { Item } = answer.body;
      if (Item === undefined) return undefined;
      const fields = Object.entries(Item).map(([name, value]) => [name, plain(value)]);
      return { ...Object.fromEntries(fields), code };
    },
    async use(link) {
      const { pk, sk } = linkKey(link.code);
      const values = { ":one": { N: "1" }, ":createdAt": { S: link.createdAt } };
      const input = { Key: { pk: { S: pk }, sk: { S: sk } }, ...TAKE_A_USE, ExpressionAttributeValues: values };
      // Never twice: an answer that was lost may have taken a use already.
      const answer = await call("UpdateItem", input, 1);
      if (answer.status === 200) return true;
      if (answer.body.__type?.endsWith("ConditionalCheckFailedException")) return false;
      throw failure(answer);
    },
  };
};

const failure = ({ status, body }: Answer): Error => new Error(`DynamoDB: ${status} ${body.__type} ${body.message}`);
