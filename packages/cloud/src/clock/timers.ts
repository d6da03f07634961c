// Timers by their time: a binary heap, so that thousands of them cost little. Those of one time come in the order they were set.

export interface Entry {
  readonly time: number;
  readonly label: string;
  readonly fn: () => unknown;
}

export interface Timers {
  readonly add: (entry: Entry) => void;
  readonly remove: (entry: Entry) => void;
  readonly first: () => Entry | undefined;
  readonly clear: () => void;
}

interface Node {
  readonly entry: Entry;
  readonly order: number;
}

const isBefore = (a: Node, b: Node): boolean =>
  a.entry.time < b.entry.time || (a.entry.time === b.entry.time && a.order < b.order);

export const createTimers = (): Timers => {
  const heap: Node[] = [];
  const places = new Map<Entry, number>();
  let order = 0;

  const put = (node: Node, at: number): void => {
    heap[at] = node;
    places.set(node.entry, at);
  };
  /** Moves a node from a free place to where it belongs. */
  const settle = (node: Node, free: number): void => {
    let at = free;
    for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
      const above = heap[parent];
      if (above === undefined || !isBefore(node, above)) break;
      put(above, at);
      at = parent;
    }
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const below = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (below === undefined || !isBefore(below, node)) break;
      put(below, at);
      at = below === left ? 2 * at + 1 : 2 * at + 2;
    }
    put(node, at);
  };
  return {
    add: (entry) => settle({ entry, order: order++ }, heap.length),
    remove: (entry) => {
      const at = places.get(entry);
      if (at === undefined) return;
      places.delete(entry);
      const last = heap.pop();
      if (last !== undefined && last.entry !== entry) settle(last, at);
    },
    first: () => heap[0]?.entry,
    clear: () => {
      heap.length = 0;
      places.clear();
    },
  };
};
