// What a benchmark answers: figures of one run, each with its ratio to a peer and the target it must meet.

export interface BenchRow {
  readonly name: string;
  /** With its unit: "10.3 KB", "4.7 µs". */
  readonly value: string;
  /** To the row that the title or target names. */
  readonly ratio?: number;
  /** "≤ 0.40", "≤ 25 KB"; absent for a peer. */
  readonly target?: string;
  /** False when the target is missed. */
  readonly ok: boolean;
}

export interface BenchTable {
  readonly title: string;
  readonly rows: readonly BenchRow[];
}

/** The table as text, a row per line. */
export const formatTable = ({ title, rows }: BenchTable): string => {
  const cells = rows.map(({ name, value, ratio, target, ok }) => [
    name,
    value,
    ratio === undefined ? "" : ratio.toFixed(2),
    target === undefined ? "" : `${target} ${ok ? "✔" : "✘"}`,
  ]);
  const head = ["", "value", "ratio", "target"];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [title, line(head), ...cells.map(line), ""].join("\n");
};
