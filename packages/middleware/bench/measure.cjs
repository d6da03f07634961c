// Loads one bundle, calls it once, then warm; the figures go to stderr, the handler's log to stdout, which is thrown away.
const { openSync, writeSync } = require("node:fs");
const { basename } = require("node:path");
const events = require("./events.cjs");

// Lambda's runtime has touched both before it loads a function: they are not the function's cost.
void process.stdout;
void performance.now();

const variant = basename(process.argv[2], ".cjs");
const event = events[variant] ?? events.http;
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
  if (answer?.statusCode > 200 || answer?.batchItemFailures?.length > 0) throw new Error(JSON.stringify(answer));
  await calls(handler, 10_000);
  let callMicroseconds = Infinity;
  for (let round = 0; round < 4; round += 1) callMicroseconds = Math.min(callMicroseconds, await calls(handler, 5_000));
  process.stderr.write(`${JSON.stringify({ loadMs, firstMs, callMicroseconds })}\n`);
};

void main();
