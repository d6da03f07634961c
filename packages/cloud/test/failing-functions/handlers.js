// Each fails in its own way when the query says `?fail`, and answers 200 otherwise: "the next request succeeds".
const MEGABYTE = 1024 * 1024;

const failing = (fail) => async (event) =>
  event.rawQueryString === "fail" ? fail(event) : { statusCode: 200, body: "fine" };

exports.ok = async () => ({ statusCode: 200, body: "fine" });

exports.throws = failing(() => {
  throw new TypeError("thrown on purpose");
});

exports.timesOut = failing(() => new Promise((resolve) => setTimeout(resolve, 60_000)));

exports.exits = failing(() => process.exit(1));

exports.eatsMemory = failing(async () => {
  const held = [];
  while (held.length < 6) {
    held.push(Buffer.alloc(100 * MEGABYTE, 1));
    await new Promise((resolve) => setTimeout(resolve, 50)); // long enough to be seen between two steps
  }
  return { statusCode: 200, body: String(held.length) };
});

exports.badStatus = failing(() => ({ statusCode: "x", body: "?" }));

exports.nothing = failing(() => undefined);
