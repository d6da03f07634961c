// What happened: requests, denials, mail that would have left.
import * as v from "valibot";
import type { RequestLog } from "../../gateway/request-log.ts";
import type { AccountIam, Denial, OutboxMessage } from "../../ports.ts";
import { type AdminRoutes, list, pageOf, paging, route } from "../route.ts";

const Request = v.object({
  id: v.string(),
  time: v.string(),
  service: v.string(),
  action: v.string(),
  resource: v.string(),
  principal: v.string(),
  status: v.number(),
  ms: v.number(),
  traceId: v.exactOptional(v.string()),
  error: v.exactOptional(v.string()),
  facts: v.exactOptional(v.record(v.string(), v.union([v.string(), v.number()]))),
});
const DenialSchema = v.object({
  time: v.string(),
  principal: v.string(),
  action: v.string(),
  resource: v.string(),
  message: v.string(),
  missing: v.object({ Effect: v.literal("Allow"), Action: v.string(), Resource: v.string() }),
});
const Rights = v.object({ role: v.string(), granted: list(v.string()), used: list(v.string()) });
const Outbox = v.object({
  id: v.string(),
  time: v.string(),
  channel: v.picklist(["email", "sms"]),
  to: v.string(),
  subject: v.exactOptional(v.string()),
  body: v.string(),
  from: v.string(),
  code: v.exactOptional(v.string()),
});
const Claims = v.object({ poolId: v.string(), claims: v.record(v.string(), v.unknown()) });

const next = v.exactOptional(v.string());
const Filter = v.object({ service: v.exactOptional(v.string()), action: v.exactOptional(v.string()), ...paging });

export interface Records {
  readonly requests: RequestLog["list"];
  readonly denials: () => readonly Denial[];
  readonly iam: Pick<AccountIam, "rights">;
  /** Newest last. */
  readonly outbox: () => readonly OutboxMessage[];
  /** A token of a user pool, with any claims. */
  readonly signToken: (poolId: string, claims: Readonly<Record<string, unknown>>) => Promise<string>;
}

export const recordRoutes = ({ requests, denials, iam, outbox, signToken }: Records): AdminRoutes => ({
  /** Oldest first, all that are kept, without a limit; with one, pages of the newest first. */
  "GET /requests": route({ query: Filter, answer: v.object({ requests: list(Request), next }) }, ({ query }) => {
    const { limit, cursor, ...filter } = query;
    const all = requests(filter);
    if (limit === undefined) return { requests: all };
    const { page, next } = pageOf(all.toReversed(), ({ id }) => id, { limit, cursor });
    return { requests: page, ...(next !== undefined && { next }) };
  }),
  "GET /denials": route({ answer: v.object({ denials: list(DenialSchema) }) }, () => ({ denials: denials() })),
  "GET /rights": route({ answer: v.object({ roles: list(Rights) }) }, () => ({ roles: iam.rights() })),
  "GET /outbox": route({ answer: v.object({ messages: list(Outbox) }) }, () => ({ messages: outbox() })),
  "POST /tokens": route({ body: Claims, answer: v.object({ token: v.string() }) }, async ({ body }) => ({
    token: await signToken(body.poolId, body.claims),
  })),
});
