// SNS: topics, subscriptions with filter policies, retries and dead-letter queues.
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Deliver, Delivery, Ground } from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";

export interface SnsPorts {
  readonly iam: AccountIam;
  readonly deliver: Deliver;
}

export const createSns = (
  _ground: Ground,
  _ports: SnsPorts,
): { readonly service: Service; readonly deliver: (delivery: Delivery) => void } => ({
  deliver: ({ targetArn }) => {
    throw new Error(`no topic ${targetArn}`);
  },
  service: {
    name: "sns",
    protocol: queryXml("http://sns.amazonaws.com/doc/2010-03-31/"),
    actions: {},
    needs: () => [],
    types: {},
  },
});
