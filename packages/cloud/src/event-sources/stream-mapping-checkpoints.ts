// How far the lanes of each stream mapping have come. In the store: after a crash a lane goes on where it was.
import type { Store } from "../store/store.ts";

/** One of the concurrent readers of a shard: it takes the partition keys that fall to it. */
export interface LaneId {
  readonly mapping: string;
  readonly shard: string;
  readonly lane: number;
  /** Lanes of the shard. */
  readonly of: number;
}

export interface Checkpoints {
  /** Sequence number after which the lane goes on; `first` for a mapping that is new. */
  readonly open: (id: LaneId, first: () => string) => string;
  readonly put: (id: LaneId, after: string) => void;
  /** Forgets all mappings but these. */
  readonly keep: (mappings: ReadonlySet<string>) => void;
}

interface Stored {
  readonly of: number;
  readonly after: string;
}

const shardOf = ({ mapping, shard }: LaneId): string => `${mapping}/${shard}/`;

export const createCheckpoints = (store: Store): Checkpoints => {
  const table = store.table<Stored>("stream_mapping_checkpoints");
  const put: Checkpoints["put"] = (id, after) => table.put(shardOf(id) + id.lane, { of: id.of, after });

  /** With another number of lanes keys fall to other lanes: each goes on where the last of the old ones was. */
  const reopen = (id: LaneId, first: () => string): void => {
    const old = table.list({ prefix: shardOf(id) });
    const [behind] = old.map(([, { after }]) => after).toSorted((a, b) => (a < b ? -1 : 1));
    const after = behind ?? first();
    for (const [key] of old) table.remove(key);
    for (let lane = 0; lane < id.of; lane++) put({ ...id, lane }, after);
  };
  return {
    put,
    open: (id, first) =>
      store.transaction(() => {
        const key = shardOf(id) + id.lane;
        if (table.get(key)?.of !== id.of) reopen(id, first);
        return table.get(key)?.after ?? "";
      }),
    keep: (mappings) => {
      for (const [key] of table.list()) {
        if (!mappings.has(key.slice(0, key.indexOf("/")))) table.remove(key);
      }
    },
  };
};
