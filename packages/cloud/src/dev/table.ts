// The table of services that `npm start` and `warmstart dev` print.
export interface Row {
  readonly service: string;
  readonly url: string;
  /** A command to try; may be several lines. */
  readonly command: string;
}

/** One block per service: name and URL on a line, the command below, ready to be copied. */
export const printTable = (rows: readonly Row[], say: (text: string) => void): void => {
  const width = Math.max(...rows.map(({ service }) => service.length), "service".length) + 2;
  say(`${"service".padEnd(width)}URL, and a command to try`);
  say("─".repeat(80));
  for (const { service, url, command } of rows) {
    say(`${service.padEnd(width)}${url}`);
    for (const line of command.split("\n")) say(`${" ".repeat(width)}${line}`);
  }
  say("─".repeat(80));
};
