// A table whose documents are kept ready for use: each as what `open` makes of it.
import type { Table } from "./store.ts";

export interface OpenTable<State, Open extends State = State> {
  readonly get: (key: string) => Open | undefined;
  readonly list: () => readonly Open[];
  readonly put: (key: string, state: State) => Open;
  readonly remove: (key: string) => void;
  /** Told of every change, for timers. */
  readonly onChange: (listener: (key: string) => void) => void;
}

export const openTable = <State, Open extends State>(
  table: Table<State>,
  open: (state: State) => Open,
): OpenTable<State, Open> => {
  const all = new Map(table.list().map(([key, state]) => [key, open(state)]));
  const listeners: ((key: string) => void)[] = [];
  const changed = (key: string): void => {
    for (const listener of listeners) listener(key);
  };
  return {
    get: (key) => all.get(key),
    list: () => [...all.values()],
    put: (key, state) => {
      const opened = open(state);
      table.put(key, state); // functions that `open` added to an earlier state are no JSON and stay out
      all.set(key, opened);
      changed(key);
      return opened;
    },
    remove: (key) => {
      table.remove(key);
      all.delete(key);
      changed(key);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
};
