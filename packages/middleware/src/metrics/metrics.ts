// CloudWatch embedded metric format: metrics as JSON lines of the log, no call to an API.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

export type MetricUnit = "Count" | "Milliseconds" | "Seconds" | "Bytes" | "None";

/** Metrics of one invocation; they are written as one line per set of dimensions when the invocation ends. */
export interface Metrics {
  /** Adds a value; several values of one name are kept as they are (CloudWatch makes the statistics). */
  add(name: string, value: number, unit?: MetricUnit): void;
  /** Metrics with these dimensions besides `service`; keep the number of distinct values small: each is a paid metric. */
  by(dimensions: Readonly<Record<string, string>>): Metrics;
}

interface Sheet {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Map<string, { unit: MetricUnit; values: number[] }>;
}

/** The limit of one metric in one line, from the specification. */
const maxValues = 100;

const sheetLines = (namespace: string, { dimensions, values }: Sheet): string => {
  const names = [...values.keys()];
  if (names.length === 0) return "";
  const rounds = Math.ceil(Math.max(...[...values.values()].map((each) => each.values.length)) / maxValues);
  return Array.from({ length: rounds }, (_, round) => {
    const present = names.flatMap((name) => {
      const { unit = "Count" as const, values: all = [] } = values.get(name) ?? {};
      const part = all.slice(round * maxValues, (round + 1) * maxValues);
      return part.length ? [{ name, unit, value: part.length === 1 ? part[0] : part }] : [];
    });
    const CloudWatchMetrics = [
      {
        Namespace: namespace,
        Dimensions: [Object.keys(dimensions)],
        Metrics: present.map(({ name, unit }) => ({ Name: name, Unit: unit })),
      },
    ];
    const data = Object.fromEntries(present.map(({ name, value }) => [name, value]));
    return `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...dimensions, ...data })}\n`;
  }).join("");
};

/** Collects metrics; `lines()` is what is to be written. */
export const createMetrics = (namespace: string): { readonly metrics: Metrics; readonly lines: () => string } => {
  const sheets = new Map<string, Sheet>();
  const at = (dimensions: Readonly<Record<string, string>>): Metrics => ({
    add: (name, value, unit = "Count") => {
      const key = JSON.stringify(dimensions);
      const sheet = sheets.get(key) ?? { dimensions, values: new Map() };
      sheets.set(key, sheet);
      const metric = sheet.values.get(name) ?? { unit, values: [] };
      sheet.values.set(name, metric);
      metric.values.push(value);
    },
    by: (more) => at({ ...dimensions, ...more }),
  });
  return {
    metrics: at({ service: namespace }),
    lines: () => [...sheets.values()].map((sheet) => sheetLines(namespace, sheet)).join(""),
  };
};
