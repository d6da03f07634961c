// The hardest day of the click counter, for any store: all that logs and Lambda may do to it happens.
import { expect } from "@jest/globals";
import { type Click, type ClickStore, countClicks } from "../src/count-clicks.ts";
import { NOW } from "./a-link.ts";
import { seededRandom } from "./random.ts";

const PEOPLE = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1",
] as const;
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const HOURS = 48;
const HOUR = 3_600_000;

type Counts = Readonly<Record<string, number>>;

export interface Scene {
  readonly lines: number;
  readonly links: number;
  readonly sandboxes: number;
  readonly store: ClickStore;
  /** All buckets of a link by their keys, between two times. */
  readonly countersOf: (id: string, from: number, to: number) => Promise<ReadonlyMap<string, Counts>>;
}

/** The process dies before the first write, after the second (its answer is lost), not at the third, and so on. */
const killedAtEachWrite = (store: ClickStore): ClickStore => {
  let writes = 0;
  return {
    read: async (...parameters) => store.read(...parameters),
    commit: async (...parameters) => {
      const fate = writes++ % 3;
      if (fate === 0) throw new Error("killed");
      const done = await store.commit(...parameters);
      if (fate === 1) throw new Error("killed");
      return done;
    },
  };
};

const visits = ({ lines, links, sandboxes }: Scene, { int, pick }: ReturnType<typeof seededRandom>): Click[] => {
  const seqs = new Map<string, number>();
  return Array.from({ length: lines }, () => {
    const sandbox = `00000000000000${int(sandboxes).toString().padStart(2, "0")}`;
    const seq = seqs.get(sandbox) ?? 0;
    seqs.set(sandbox, seq + 1);
    const id = `link${int(links)}.abc`;
    return { sandbox, seq, id, t: NOW + int(HOURS) * HOUR, ua: pick([...PEOPLE, GOOGLEBOT]) };
  });
};

/** People and bots per hour, per day and in all, the plain way. */
const tally = (clicks: readonly Click[]): Map<string, Counts> => {
  const counts = new Map<string, Counts>();
  for (const { t, ua } of clicks) {
    const time = new Date(t).toISOString();
    const kind = ua === GOOGLEBOT ? "b" : "n";
    for (const key of [`H#${time.slice(0, 13)}`, `D#${time.slice(0, 10)}`, "T"]) {
      const { n = 0, b = 0 } = counts.get(key) ?? {};
      counts.set(key, kind === "n" ? { n: n + 1, b } : { n, b: b + 1 });
    }
  }
  return counts;
};

/** Delivers every batch twice, each time cut differently, all in any order, dying at the writes; the counts must be exact. */
export const expectExactCounts = async (scene: Scene): Promise<void> => {
  const random = seededRandom(20261121);
  const clicks = visits(scene, random);
  const recut = (lines: readonly Click[]): Click[][] => {
    const batches: Click[][] = [];
    for (let at = 0; at < lines.length;) batches.push(lines.slice(at, (at += 1 + random.int(200))));
    return batches;
  };
  // A log batch is of one stream, hence of one sandbox.
  const streams = [...Map.groupBy(clicks, (click) => click.sandbox).values()];
  const queue = random.shuffled(streams.flatMap((stream) => [...recut(stream), ...recut(random.shuffled(stream))]));

  const store = killedAtEachWrite(scene.store);
  let died = 0;
  for (let batch = queue.shift(); batch; batch = queue.shift()) {
    const again = batch;
    // Killed, or more than 100 gaps for now: Lambda would try the batch again.
    await countClicks(store, batch).catch((error: unknown) => {
      if (++died > scene.lines) throw error;
      queue.push(again);
    });
  }
  expect(died).toBeGreaterThan(10);
  for (const [id, own] of Map.groupBy(clicks, (click) => click.id)) {
    const counted = await scene.countersOf(id, NOW, NOW + HOURS * HOUR);
    const people = [...counted].map(([key, { n = 0, b = 0 }]) => [key, { n, b }] as const);
    expect(new Map(people)).toEqual(tally(own));
  }
};
