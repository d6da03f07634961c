// A limit of requests per caller.
import { rateLimited } from "../errors/makers.ts";
import { ifHolds, type TableAccess, type UpdateCommands } from "../idempotency/document-client.ts";

/** Counts in windows; false when the window is full. */
export interface WindowStore {
  readonly add: (id: string, amount: number, limit: number, ttl: number) => Promise<boolean>;
}

export interface RateWindowOptions {
  readonly store: WindowStore;
  /** Part of the counter's id, so that routes may share a counter or not. */
  readonly route: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** A limit per caller in fixed windows; throws 429 with `Retry-After`, `RateLimit` and `RateLimit-Policy`. */
export interface RateWindow {
  readonly take: (who: string, amount?: number) => Promise<void>;
}

/** Costs one write per call: for expensive routes only. */
export const rateWindow = ({ store, route, limit, windowSeconds }: RateWindowOptions): RateWindow => ({
  take: async (who, amount = 1) => {
    const now = Date.now() / 1000;
    const window = Math.floor(now / windowSeconds);
    const end = (window + 1) * windowSeconds;
    if (amount <= limit && (await store.add(`R#${who}#${route}#${window}`, amount, limit, end + windowSeconds))) return;
    const rest = Math.max(1, Math.ceil(end - now));
    throw rateLimited(rest, `At most ${limit} in ${windowSeconds} seconds`, {
      ratelimit: `"${route}";r=0;t=${rest}`.replace(/[^\x20-\x7e]/g, "?"),
      "ratelimit-policy": `"${route}";q=${limit};w=${windowSeconds}`.replace(/[^\x20-\x7e]/g, "?"),
    });
  },
});

/** Windows as items of the service's own table (`pk` = id, `sk` = `R`), one UpdateItem per call. */
export const dynamoWindows = ({ client, table, commands }: TableAccess<UpdateCommands>): WindowStore => ({
  add: async (id, amount, limit, ttl) =>
    ifHolds(
      client,
      new commands.UpdateCommand({
        TableName: table,
        Key: { pk: id, sk: "R" },
        UpdateExpression: "ADD n :amount SET #ttl = :ttl",
        ConditionExpression: "attribute_not_exists(n) OR n <= :room",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":amount": amount, ":room": limit - amount, ":ttl": ttl },
      }),
    ),
});
