// Numbers as a report shows them.
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** `165,060`. */
export const count = (value: number): string => grouped.format(value);

/** At most two decimals. */
export const decimal = (value: number): string => short.format(value);

/** `1 trace`, `414 traces`. */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Bytes in powers of a thousand, three digits: `1.27 MB`. */
export const size = (bytes: number): string => {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? bytes : value.toPrecision(3)} ${["B", "KB", "MB", "GB", "TB"][power]}`;
};

/** Seconds in the unit that suits: `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 40 min`. */
export const duration = (seconds: number): string => {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${decimal(seconds)} s`;
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  return hours > 0 ? `${count(hours)} h ${minutes % 60} min` : `${minutes} min ${Math.floor(seconds % 60)} s`;
};

/** `98.3 %`, and never `100 %` for less than all. */
export const share = (part: number): string => {
  const percent = Math.floor(part * 1000) / 10;
  return `${part > 0 && percent === 0 ? "< 0.1" : decimal(percent)} %`;
};
