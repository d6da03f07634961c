// Loads one bundle and calls its handler: cold once, then warm. In a fresh process each time.
const BATCHES = 8;
const CALLS = 1000;
const event = require("../../../../events/url-shortener/redirect-hit.json");

const cpuMicroseconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

const main = async () => {
  require("node:https"); // counted for no candidate: in Lambda the runtime has loaded it
  process.stdout.write = () => true; // the log is not what is measured
  const context = {
    awsRequestId: "bench",
    functionName: "url-shortener-local-redirect",
    getRemainingTimeInMillis: () => 10_000,
  };
  const cold = process.cpuUsage();
  const { handler } = require(process.argv[2]);
  const answer = await handler(event, context);
  const coldCpuMilliseconds = cpuMicroseconds(cold) / 1000;
  const rssMegabytes = process.memoryUsage.rss() / 2 ** 20;
  if (answer.statusCode !== undefined && answer.statusCode !== 302) throw new Error(JSON.stringify(answer));
  // The quickest batch: the compiler has settled, and no other process was in the way.
  let warmCpuMicroseconds = Infinity;
  for (let batch = 0; batch < BATCHES; batch++) {
    const warm = process.cpuUsage();
    for (let i = 0; i < CALLS; i++) await handler(event, context);
    warmCpuMicroseconds = Math.min(warmCpuMicroseconds, cpuMicroseconds(warm) / CALLS);
  }
  process.send({ coldCpuMilliseconds, warmCpuMicroseconds, rssMegabytes }, () => process.exit());
};

void main();
