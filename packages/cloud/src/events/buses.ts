// CreateEventBus, DescribeEventBus, ListEventBuses, DeleteEventBus, and what others may do on a bus.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { PolicyDocument, Statement } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { busArn, DEFAULT_BUS, type BusState, type EventsModel } from "./model.ts";

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

export const busName = v.pipe(
  v.string(),
  v.regex(/^[.\-_A-Za-z0-9]{1,256}$/, "must be 1 to 256 of a-z, A-Z, 0-9 and . - _"),
);

const policySchema = v.looseObject({ Statement: v.union([v.looseObject({}), v.array(v.looseObject({}))]) });

/** A policy from its JSON text or as an object; throws ValidationException for what is none. */
export const readPolicy = (given: unknown): PolicyDocument => {
  let document = given;
  if (typeof given === "string") {
    try {
      document = JSON.parse(given);
    } catch {
      document = undefined;
    }
  }
  if (!v.is(policySchema, document)) throw invalid("Parameter Policy is not valid. Reason: it is no policy document.");
  return document as unknown as PolicyDocument; // IAM reads it defensively; it was JSON from the caller
};

const statementsOf = ({ policy }: BusState): readonly Statement[] =>
  policy === undefined ? [] : Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement as Statement];

/** The bus with one statement put or, without one, removed. */
export const withStatement = (bus: BusState, sid: string, statement?: Statement): BusState => {
  const others = statementsOf(bus).filter(({ Sid }) => Sid !== sid);
  const Statement = statement === undefined ? others : [...others, { ...statement, Sid: sid }];
  return { ...bus, policy: Statement.length === 0 ? undefined : { Version: "2012-10-17", Statement } };
};

export interface NewBus {
  readonly region: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

export const createBus = (model: EventsModel, now: number, { region, name, description, tags }: NewBus): BusState => {
  const arn = busArn(region, name);
  if (name === DEFAULT_BUS || model.findBus(region, name) !== undefined) {
    throw new AwsError("ResourceAlreadyExistsException", 400, `Event bus ${name} already exists.`);
  }
  return model.putBus({ arn, name, description, createdAt: now, tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }); // prettier-ignore
};

/** Does nothing for a bus that is gone; throws for one that still has rules. */
export const deleteBus = (model: EventsModel, arn: string): void => {
  if (model.rules(arn).length > 0) throw invalid("Event bus can't be deleted since it has rules.");
  model.removeBus(arn);
};

const shown = ({ arn, name, description, policy, createdAt }: BusState): object => ({
  Name: name,
  Arn: arn,
  Description: description,
  Policy: policy === undefined ? undefined : JSON.stringify(policy),
  ...(createdAt > 0 && { CreationTime: createdAt / 1000 }),
});

export const busActions = ({ clock }: Pick<Ground, "clock">, model: EventsModel): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationException");
  return {
    CreateEventBus: action(
      {
        Name: busName,
        Description: v.optional(v.string()),
        Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() })), []),
      },
      ({ Name: name, Description: description, Tags: tags }, { region }) => {
        const { arn } = createBus(model, clock.now(), { region, name, description, tags });
        return { EventBusArn: arn, Description: description };
      },
    ),
    DescribeEventBus: action({ Name: v.optional(v.string()) }, ({ Name }, { region }) =>
      shown(model.getBus(region, Name)),
    ),
    ListEventBuses: action(
      { NamePrefix: v.optional(v.string(), ""), NextToken: v.optional(v.string()), Limit: v.optional(v.number()) },
      ({ NamePrefix }, { region }) => ({
        EventBuses: model
          .buses(region)
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map(shown),
      }),
    ),
    DeleteEventBus: action({ Name: v.string() }, ({ Name }, { region }) => {
      if (Name === DEFAULT_BUS) throw invalid("Cannot delete event bus default.");
      const bus = model.findBus(region, Name);
      if (bus !== undefined) deleteBus(model, bus.arn);
    }),
    PutPermission: action(
      {
        EventBusName: v.optional(v.string()),
        Policy: v.optional(v.string()),
        StatementId: v.optional(v.string()),
        Action: v.optional(v.literal("events:PutEvents", "must be events:PutEvents")),
        Principal: v.optional(v.string()),
      },
      ({ EventBusName, Policy, StatementId, Action: allowed, Principal }, { region }) => {
        const bus = model.getBus(region, EventBusName);
        if (Policy !== undefined) return void model.putBus({ ...bus, policy: readPolicy(Policy) });
        if (StatementId === undefined || allowed === undefined || Principal === undefined) {
          throw invalid("Either Policy, or StatementId, Action and Principal must be specified.");
        }
        const who = Principal === "*" ? "*" : { AWS: `arn:aws:iam::${Principal}:root` };
        const statement: Statement = { Effect: "Allow", Principal: who, Action: allowed, Resource: bus.arn };
        return void model.putBus(withStatement(bus, StatementId, statement));
      },
    ),
    RemovePermission: action(
      {
        EventBusName: v.optional(v.string()),
        StatementId: v.optional(v.string()),
        RemoveAllPermissions: v.optional(v.boolean()),
      },
      ({ EventBusName, StatementId, RemoveAllPermissions }, { region }) => {
        const bus = model.getBus(region, EventBusName);
        if (RemoveAllPermissions) return void model.putBus({ ...bus, policy: undefined });
        if (!statementsOf(bus).some(({ Sid }) => Sid === StatementId)) {
          throw new AwsError("ResourceNotFoundException", 400, `Statement with the provided id does not exist.`);
        }
        return void model.putBus(withStatement(bus, StatementId ?? ""));
      },
    ),
  };
};
