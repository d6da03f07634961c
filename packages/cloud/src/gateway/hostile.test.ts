// Requests that no client sends by accident: each gets an answer, and the cloud goes on.
import { type IncomingHttpHeaders, request, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createCloud, type Cloud } from "../index.ts";
import { sign } from "../protocols/sigv4.ts";

let cloud: Cloud;
const reports: string[] = [];
beforeAll(async () => {
  cloud = await createCloud({ port: 0, report: (message, error) => reports.push(`${message} ${String(error)}`) });
});
afterAll(() => cloud.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const send = (method: string, path: string, { headers, body }: { headers?: object; body?: string } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const options = { method, path, headers, agent: false } as RequestOptions;
    const outgoing = request(cloud.endpoint, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

const signed = (service: string, method: string, target: string, options: { headers?: object; body?: string } = {}) => {
  const [path = "", rawQuery = ""] = target.split("?");
  const headers = { host: new URL(cloud.endpoint).host, ...options.headers } as Record<string, string>;
  const keys = { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1", service, now: Date.now() };
  const { body = "" } = options;
  return send(method, target, { headers: sign({ method, path, rawQuery, headers, payload: body }, keys), body });
};

const claim = (service: string, signedHeaders = "host") => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=00`,
  "x-amz-date": new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ""),
  "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
});

describe("names of Object.prototype", () => {
  test.each(["__proto__", "constructor", "toString"])("%s is no service", async (name) => {
    const { status, text } = await send("GET", "/", { headers: claim(name) });
    expect(status).toBe(501);
    expect(text).toContain(`The service \\"${name}\\"`);
  });

  test("they are no headers that were sent", async () => {
    const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
    const { authorization, ...rest } = claim("s3", "host;__proto__;constructor");
    const headers = { ...rest, authorization: authorization.replace("20260101", date) };
    expect(await send("GET", "/", { headers })).toMatchObject({ status: 403 });
  });
});

describe("the admin API", () => {
  test("a path that is not percent-encoded text", async () => {
    expect(await send("GET", "/_warmstart/v1/resources/%E0%A4%A")).toMatchObject({ status: 400 });
  });

  test("an advance to no time leaves the cloud at work", async () => {
    const body = JSON.stringify({ advanceMs: 1e300 });
    expect(await send("POST", "/_warmstart/v1/clock", { body })).toMatchObject({ status: 400 });
    expect(await send("GET", "/_warmstart/v1/clock")).toMatchObject({ status: 200 });
  });

  test("a body that is cut is nobody's failure", async () => {
    const { port } = new URL(cloud.endpoint);
    for (const path of ["/_warmstart/v1/clock", "/"]) {
      const ended = Promise.withResolvers<void>();
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{`);
        socket.end();
      });
      socket
        .on("close", () => ended.resolve())
        .on("error", () => {})
        .resume();
      await ended.promise;
    }
    expect(await send("GET", "/_warmstart/v1/health")).toMatchObject({ status: 200 });
  });
});

test("a header of an answer that HTTP cannot carry is refused, as on AWS", async () => {
  await signed("s3", "PUT", "/hostile");
  await signed("s3", "PUT", "/hostile/key", { body: "abc" });
  for (const value of ["a%0D%0Ab", "%E2%82%AC"]) {
    const { status, text } = await signed("s3", "GET", `/hostile/key?response-content-type=${value}`);
    expect(status).toBe(400);
    expect(text).toContain("InvalidArgument");
  }
  expect(await signed("s3", "GET", "/hostile/key")).toMatchObject({ status: 200, text: "abc" });
});

test("entries of a batch that are no objects", async () => {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.CreateQueue" };
  await signed("sqs", "POST", "/", { headers, body: JSON.stringify({ QueueName: "q" }) });
  const body = JSON.stringify({ QueueUrl: `${cloud.endpoint}/000000000000/q`, Entries: [null, 5] });
  const answer = await signed("sqs", "POST", "/", {
    headers: { ...headers, "x-amz-target": "AmazonSQS.SendMessageBatch" },
    body,
  });
  expect(answer).toMatchObject({ status: 400 });
});

const call = (service: string, target: string, input: object) => {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
  return signed(service, "POST", "/", { headers, body: JSON.stringify(input) });
};

describe("a body of another shape is answered in the service's own words", () => {
  const odd = { toString: 1 };

  test.each([
    ["dynamodb", "DynamoDB_20120810.DescribeTable", { TableName: odd }, "SerializationException"],
    ["dynamodb", "DynamoDB_20120810.BatchGetItem", { RequestItems: { t: { Keys: {} } } }, "SerializationException"],
    ["dynamodb", "DynamoDB_20120810.UpdateTable", { TableName: "abc", GlobalSecondaryIndexUpdates: [null] }, "SerializationException"], // prettier-ignore
    ["logs", "Logs_20140328.DescribeLogStreams", { logGroupName: odd }, "SerializationException"],
    ["monitoring", "GraniteServiceVersion20100801.DescribeAlarms", { AlarmNames: [odd] }, "SerializationException"],
    ["sqs", "AmazonSQS.ListQueues", { MaxResults: odd }, "InvalidParameterValueException"],
  ])("%s %s %j", async (service, target, input, code) => {
    const { status, text } = await call(service, target, input);
    expect([status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ __type: expect.stringContaining(code) })]); // prettier-ignore
  });

  test("in a form", async () => {
    const { status, text } = await signed("sqs", "POST", "/", { body: "Action=ListQueues&MaxResults.toString=1" });
    expect([status, text]).toEqual([400, expect.stringContaining("<Code>InvalidParameterValue</Code>")]);
  });
});

test("a TemplateURL that is not percent-encoded text", async () => {
  const url = encodeURIComponent("https://s3.amazonaws.com/bucket/%zz");
  const answer = await signed("cloudformation", "POST", "/", {
    body: `Action=CreateStack&StackName=x&TemplateURL=${url}`,
  });
  expect(answer).toMatchObject({ status: 400 });
});

test("none of it was a failure of the cloud itself", () => {
  expect(reports).toEqual([]);
});
