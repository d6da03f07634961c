// Loads one bundle, calls it once, then warm; the figures go to stderr, the handler's log to stdout, which is thrown away.
const { openSync, writeSync } = require("node:fs");

// Lambda's runtime has touched both before it loads a function: they are not the function's cost.
void process.stdout;
void performance.now();

const event = {
  version: "2.0",
  routeKey: "POST /hello",
  rawPath: "/hello",
  rawQueryString: "",
  headers: {
    accept: "*/*",
    "content-length": "30",
    "content-type": "application/json",
    host: "abc.execute-api.us-east-1.amazonaws.com",
    "user-agent": "curl/8.5.0",
    "x-amzn-trace-id": "Root=1-67000000-000000000000000000000000",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  },
  requestContext: {
    accountId: "000000000000",
    apiId: "abc",
    domainName: "abc.execute-api.us-east-1.amazonaws.com",
    http: { method: "POST", path: "/hello", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "curl/8.5.0" },
    requestId: "JKJaXmPLvHcESHA=",
    routeKey: "POST /hello",
    stage: "$default",
    time: "21/Nov/2026:05:00:00 +0000",
    timeEpoch: 1795237200000,
  },
  body: JSON.stringify({ name: "warmstart", times: 3 }),
  isBase64Encoded: false,
};
const context = {
  awsRequestId: "00000000-0000-4000-8000-000000000000",
  functionName: "bench-local-hello",
  getRemainingTimeInMillis: () => 10_000,
};

const calls = async (handler, count) => {
  const start = performance.now();
  for (let call = 0; call < count; call += 1) await handler(event, context);
  return ((performance.now() - start) * 1000) / count;
};

const main = async () => {
  const discard = openSync("/dev/null", "w");
  process.stdout.write = (text) => {
    writeSync(discard, text); // one system call, as a pipe takes it, without filling the parent's memory
    return true;
  };
  const start = performance.now();
  const { handler } = require(process.argv[2]);
  const loadMs = performance.now() - start;
  const beforeFirst = performance.now();
  const answer = await handler(event, context);
  const firstMs = performance.now() - beforeFirst;
  if (answer.statusCode !== 200) throw new Error(JSON.stringify(answer));
  await calls(handler, 10_000);
  let callMicroseconds = Infinity;
  for (let round = 0; round < 4; round += 1) callMicroseconds = Math.min(callMicroseconds, await calls(handler, 5_000));
  process.stderr.write(`${JSON.stringify({ loadMs, firstMs, callMicroseconds })}\n`);
};

void main();
