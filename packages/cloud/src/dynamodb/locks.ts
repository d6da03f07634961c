// Which items a transaction has changed that is not answered yet. Only a transaction waits before its answer.
import { AwsError } from "../gateway/aws-error.ts";

export interface Locks {
  readonly isHeld: (table: string, key: string) => boolean;
  /** For writes of one item: throws TransactionConflictException. */
  readonly refuseWhenHeld: (table: string, key: string) => void;
  /** Holds items (not held by another) until the returned function is called. */
  readonly hold: (items: readonly { readonly table: string; readonly key: string }[]) => () => void;
}

export const createLocks = (): Locks => {
  const held = new Set<string>();
  const isHeld = (table: string, key: string): boolean => held.size > 0 && held.has(`${table}/${key}`);
  return {
    isHeld,
    refuseWhenHeld: (table, key) => {
      if (!isHeld(table, key)) return;
      throw new AwsError("TransactionConflictException", 400, "Transaction is ongoing for the item");
    },
    hold: (items) => {
      const paths = items.map(({ table, key }) => `${table}/${key}`);
      for (const path of paths) held.add(path);
      return () => {
        for (const path of paths) held.delete(path);
      };
    },
  };
};
