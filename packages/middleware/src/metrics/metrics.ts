// CloudWatch embedded metric format: metrics as JSON lines of the log, no call to an API.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

export type MetricUnit = "Count" | "Milliseconds" | "Seconds" | "Bytes" | "None";
type Dimensions = Readonly<Record<string, string>>;

/** Metrics of one invocation; they are written as one line per set of dimensions, when the invocation ends. */
export interface Metrics {
  /** Adds a value; several values of one name are kept as they are (CloudWatch makes the statistics). */
  add(name: string, value: number, unit?: MetricUnit): void;
  /** Metrics with these dimensions besides `service`; keep the number of distinct values small: each is a paid metric. */
  by(dimensions: Dimensions): Metrics;
}

interface Definition {
  readonly Name: string;
  readonly Unit: MetricUnit;
}

/** One line in the making: at most 100 values of each metric fit (specification), further ones start a new line. */
interface Sheet {
  readonly dimensions: Dimensions;
  readonly definitions: Definition[];
  readonly values: Record<string, number | number[]>;
}

const MAX_VALUES = 100;

/** False when the sheet is full. */
const put = ({ definitions, values }: Sheet, name: string, value: number, unit: MetricUnit): boolean => {
  const there = values[name];
  if (there === undefined) {
    definitions.push({ Name: name, Unit: unit });
    values[name] = value;
  } else if (typeof there === "number") values[name] = [there, value];
  else if (there.length < MAX_VALUES) there.push(value);
  else return false;
  return true;
};

/** Metrics in the making; `lines()` is what is to be written. */
export interface MetricsSheet {
  readonly metrics: Metrics;
  readonly lines: () => string;
}

/** Collects metrics under a namespace. */
export const createMetrics = (namespace: string): MetricsSheet => {
  const sheets: Sheet[] = [];
  const at = (dimensions: Dimensions): Metrics => {
    let sheet: Sheet | undefined;
    const add: Metrics["add"] = (name, value, unit = "Count") => {
      if (sheet && put(sheet, name, value, unit)) return;
      sheet = { dimensions, definitions: [], values: {} };
      sheets.push(sheet);
      put(sheet, name, value, unit);
    };
    return { add, by: (more) => at({ ...dimensions, ...more }) };
  };
  const line = ({ dimensions, definitions, values }: Sheet): string => {
    const directive = { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics: definitions };
    return `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...dimensions, ...values })}\n`;
  };
  return { metrics: at({ service: namespace }), lines: () => sheets.map(line).join("") };
};
