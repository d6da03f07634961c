// Message groups of a FIFO queue: in a group one message follows the other, and none comes while an earlier one is out.
import type { Delivery } from "./queue.ts";

interface Group {
  /** In the order of sending. */
  readonly messages: Map<string, { readonly delivery: Delivery; readonly ready: boolean }>;
  /** Received and neither deleted nor visible again. */
  readonly inFlight: Set<string>;
}

export interface Groups {
  readonly place: (delivery: Delivery, state: "ready" | "hidden") => void;
  /** "opened" when the next message of the group may be received from now on. */
  readonly remove: (delivery: Delivery) => "opened" | "same";
  /** Messages of groups that nobody works on, group by group; with `oneGroup` of the first such group alone. */
  readonly available: (limit: number, oneGroup: boolean) => readonly Delivery[];
}

const nameOf = ({ group = "" }: Delivery): string => group;

export const createGroups = (): Groups => {
  const groups = new Map<string, Group>();
  return {
    place: (delivery, state) => {
      const name = nameOf(delivery);
      const group = groups.get(name) ?? { messages: new Map(), inFlight: new Set() };
      groups.set(name, group);
      group.messages.set(delivery.key, { delivery, ready: state === "ready" });
      if (state === "hidden" && delivery.receiveCount > 0) group.inFlight.add(delivery.key);
      else group.inFlight.delete(delivery.key);
    },
    remove: (delivery) => {
      const name = nameOf(delivery);
      const group = groups.get(name);
      if (group === undefined) return "same";
      group.messages.delete(delivery.key);
      const wasOut = group.inFlight.delete(delivery.key);
      const [next] = group.messages.values();
      if (next === undefined) groups.delete(name);
      return wasOut && group.inFlight.size === 0 && next?.ready === true ? "opened" : "same";
    },
    available: (limit, oneGroup) => {
      const found: Delivery[] = [];
      for (const { messages, inFlight } of groups.values()) {
        if (inFlight.size > 0) continue;
        for (const { delivery, ready } of messages.values()) {
          if (!ready || found.length === limit) break;
          found.push(delivery);
        }
        if (found.length === limit || (oneGroup && found.length > 0)) break;
      }
      return found;
    },
  };
};
