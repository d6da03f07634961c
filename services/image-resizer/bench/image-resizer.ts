// CPU and memory of the pipeline against the usual ways, in one run, each job in a process of its own.
import { build as settings } from "@warmstart/deploy/esbuild";
import type { BenchRow, BenchTable } from "@warmstart/testing/bench";
import { buildSync } from "esbuild";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { gifBomb, pngBomb } from "../test/bytes.ts";
import { photoLike } from "../test/pictures.ts";
import type { JobResult } from "./job.ts";
import { pillowCpuMs, vipsCpuMs } from "./peers.ts";

const service = resolve(import.meta.dirname, "..");

/** As Lambda runs it: bundled, so that no TypeScript loader is in the memory that is measured. */
const bundleJob = (): string => {
  const outfile = join(service, "node_modules/.cache/bench/job.cjs");
  mkdirSync(join(outfile, ".."), { recursive: true });
  buildSync({ ...settings, external: ["sharp"], entryPoints: [join(import.meta.dirname, "job.ts")], outfile });
  return outfile;
};

const photo = async (): Promise<Buffer> => {
  const data = process.env["WARMSTART_DATA"] ?? resolve(service, "../../../shared/data");
  const file = join(data, "images/photo-6mp.jpg");
  if (!existsSync(file)) return photoLike();
  return sharp(file).resize(4000, 3267).jpeg({ quality: 90 }).toBuffer();
};

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#6a7c5a" }, limitInputPixels: false });

interface Tools {
  readonly folder: string;
  readonly job: (name: string, file: string, repeats?: number) => JobResult;
  readonly write: (name: string, bytes: Buffer) => string;
}

const cheaper = (one: JobResult, other: JobResult): JobResult => (other.cpuMs < one.cpuMs ? other : one);

/** Both jobs in turns, and the cheapest run of each. */
const compare = (times: number, ours: () => JobResult, peer: () => JobResult): readonly [JobResult, JobResult] => {
  const pairs = Array.from({ length: times }, () => [ours(), peer()] as const);
  return [pairs.map(([first]) => first).reduce(cheaper), pairs.map(([, second]) => second).reduce(cheaper)];
};

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms CPU`;

const peerRow = (name: string, cpuMs: number | undefined, ours: number): BenchRow[] =>
  cpuMs === undefined ? [] : [{ name, value: milliseconds(cpuMs), ratio: cpuMs / ours, ok: true }];

const speedRows = ({ job, folder }: Tools, file: string): { rows: BenchRow[]; nineCpuMs: number } => {
  const of = (name: string, repeats: number) => (): JobResult => job(name, file, repeats);
  const [six, naiveSix] = compare(4, of("ours-6", 3), of("naive-6", 3));
  const [nine, naiveNine] = compare(2, of("ours-9", 2), of("naive-9", 1));
  const row = (name: string, result: JobResult, peer: JobResult, most: number): BenchRow => {
    const ratio = result.cpuMs / peer.cpuMs;
    const value = `${milliseconds(result.cpuMs)}, ${Math.round(result.outputBytes / 1000)} KB`;
    return { name, value, ratio, target: `≤ ${most.toFixed(3)}`, ok: ratio <= most };
  };
  return {
    nineCpuMs: nine.cpuMs,
    rows: [
      row("JPEG + WebP, 6 files, to six naive pipelines", six, naiveSix, 1 / 2),
      { name: "  sharp, six pipelines at its defaults", value: milliseconds(naiveSix.cpuMs), ratio: 1, ok: true },
      ...peerRow("  Pillow at our settings, to ours", pillowCpuMs(file, folder), six.cpuMs),
      ...peerRow("  vipsthumbnail at our settings, to ours", vipsCpuMs(file, folder), six.cpuMs),
      row("with AVIF, 9 files, to nine naive pipelines", nine, naiveNine, 1 / 14),
      {
        name: "  sharp, nine pipelines at its defaults",
        value: `${milliseconds(naiveNine.cpuMs)}, ${Math.round(naiveNine.outputBytes / 1000)} KB`,
        ratio: 1,
        ok: true,
      },
    ],
  };
};

const memoryRow = ({ job }: Tools, name: string, file: string): BenchRow => {
  const { outcome, rssMb } = job("ours-9", file);
  const ok = outcome === "done" && rssMb <= 400;
  return { name: `memory: ${name} (${outcome})`, value: `${Math.round(rssMb)} MB`, target: "≤ 400 MB", ok };
};

const hostileRows = ({ job, write }: Tools, nineCpuMs: number): BenchRow[] => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>`;
  const files: readonly (readonly [string, Buffer, string])[] = [
    ["PNG of 100,000 x 100,000", pngBomb(100_000, 100_000), "too-many-pixels"],
    ["PNG of 1,000,000 x 100", pngBomb(1_000_000, 100, { interlaced: false }), "too-many-pixels"],
    ["GIF of 60 x 4 MP", gifBomb(2000, 2000, 60), "too-many-pixels"],
    ["SVG", Buffer.from(svg), "unsupported-format"],
  ];
  return files.map(([name, bytes, code], at) => {
    const { outcome, cpuMs, rssMb } = job("ours-9", write(`hostile-${at}`, bytes));
    const ratio = cpuMs / nineCpuMs;
    return {
      name: `hostile: ${name} (${outcome})`,
      value: `${milliseconds(cpuMs)}, ${Math.round(rssMb)} MB`,
      ratio,
      target: "< 0.1, < 150 MB",
      ok: outcome === code && ratio < 0.1 && rssMb < 150,
    };
  });
};

/** Ratios of CPU time are to the peer named in the row; hostile files to the nine files of the photograph. */
export const run = async (): Promise<BenchTable> => {
  const folder = mkdtempSync(join(tmpdir(), "image-resizer-bench-"));
  const program = bundleJob();
  const write = (name: string, bytes: Buffer): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const job = (name: string, file: string, repeats = 1): JobResult => {
    const printed = execFileSync(process.execPath, [program, name, file, String(repeats)], { encoding: "utf8" });
    return JSON.parse(printed) as JobResult; // what job.ts prints
  };
  const tools = { folder, write, job };
  try {
    const { rows, nineCpuMs } = speedRows(tools, write("photo.jpg", await photo()));
    const large = [
      ["100 MP progressive JPEG", await flat(10_000, 10_000).jpeg({ progressive: true }).toBuffer()],
      [
        "100 MP interlaced grey PNG",
        await flat(10_000, 10_000).toColourspace("b-w").png({ progressive: true }).toBuffer(),
      ],
      ["80 MP interlaced PNG", await flat(8950, 8950).png({ progressive: true }).toBuffer()],
      [
        "50 MP JPEG",
        await sharp(await photo())
          .resize(8660, 5774)
          .jpeg({ quality: 85 })
          .toBuffer(),
      ],
      ["15 MP AVIF", await flat(4000, 3750).avif({ effort: 0 }).toBuffer()],
      ["100,000 x 1,000 PNG", await flat(100_000, 1000).png().toBuffer()],
    ] as const;
    const memory = large.map(([name, bytes], at) => memoryRow(tools, name, write(`large-${at}`, bytes)));
    return { title: "Image resizer, a 12 MP photograph", rows: [...rows, ...memory, ...hostileRows(tools, nineCpuMs)] };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
