import { expect, test } from "@jest/globals";
import { createMetrics } from "./metrics.ts";
import { requestMetrics } from "./request-metrics.ts";

const parsed = (text: string): unknown[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

const definition = (names: [string, string][], ...dimensions: string[]): object => ({
  Timestamp: expect.any(Number),
  CloudWatchMetrics: [
    { Namespace: "svc", Dimensions: [dimensions], Metrics: names.map(([Name, Unit]) => ({ Name, Unit })) },
  ],
});
const bare = (text: string): string => text.replace(/"Timestamp":\d+/, "");

test("metrics of one set of dimensions are one EMF line", () => {
  const { metrics, lines } = createMetrics("svc");
  metrics.add("ImagesResized", 1);
  metrics.add("Bytes", 10, "Bytes");
  metrics.add("Bytes", 20, "Bytes");
  metrics.by({ code: "too-large" }).add("ImagesRejected", 1);
  expect(parsed(lines())).toEqual([
    {
      _aws: definition(
        [
          ["ImagesResized", "Count"],
          ["Bytes", "Bytes"],
        ],
        "service",
      ),
      service: "svc",
      ImagesResized: 1,
      Bytes: [10, 20],
    },
    {
      _aws: definition([["ImagesRejected", "Count"]], "service", "code"),
      service: "svc",
      code: "too-large",
      ImagesRejected: 1,
    },
  ]);
});

test("more than 100 values of a metric go into further lines, and none is lost", () => {
  const { metrics, lines } = createMetrics("svc");
  for (let value = 0; value < 250; value += 1) metrics.add("n", value);
  const values = parsed(lines()).map((line) => (line as { n: number[] }).n);
  expect(values.map((each) => each.length)).toEqual([100, 100, 50]);
  expect(values.flat().at(-1)).toBe(249);
});

test("nothing added, nothing written", () => expect(createMetrics("svc").lines()).toBe(""));

test("a request's metrics are what the general way would write", () => {
  const route = 'GET /"x"';
  const { metrics, lines } = createMetrics("svc");
  const by = metrics.by({ route });
  by.add("requests", 1);
  by.add("errors4xx", 1);
  by.add("errors5xx", 0);
  by.add("duration", 1.5, "Milliseconds");
  expect(bare(requestMetrics("svc", route, 404, 1.5))).toBe(bare(lines()));
});
