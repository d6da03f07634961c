// CreateEventBus, DescribeEventBus, ListEventBuses, DeleteEventBus, and what others may do on a bus.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { list } from "../iam/list.ts";
import type { Statement } from "../iam/policy.ts";
import { busArn, DEFAULT_BUS, type Bus, type EventsModel } from "./model.ts";

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

/** What a bus says, in the API and in templates. */
export const busEntries = {
  Name: v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,256}$/, "must be 1 to 256 of a-z, A-Z, 0-9 and . - _")),
  Description: v.optional(v.string()),
};

/** The bus with one statement put or, without one, removed. */
export const withStatement = (bus: Bus, sid: string, statement?: Statement): Bus => {
  const others = list(bus.policy?.Statement).filter(({ Sid }) => Sid !== sid);
  const Statement = statement === undefined ? others : [...others, { ...statement, Sid: sid }];
  return { ...bus, policy: Statement.length === 0 ? undefined : { Version: "2012-10-17", Statement } };
};

export const createBus = (model: EventsModel, region: string, bus: Omit<Bus, "arn">): Bus => {
  const arn = busArn(region, bus.name);
  if (model.findBus(region, arn) !== undefined) {
    throw new AwsError("ResourceAlreadyExistsException", 400, `Event bus ${bus.name} already exists.`);
  }
  return model.buses.put(arn, { ...bus, arn });
};

/** Does nothing for a bus that is gone; throws for one that still has rules. */
export const deleteBus = (model: EventsModel, region: string, name: string): void => {
  const bus = model.findBus(region, name);
  if (bus === undefined) return;
  if (model.rulesOf(bus).length > 0) throw invalid("Event bus can't be deleted since it has rules.");
  model.buses.remove(bus.arn);
};

const shown = ({ arn, name, description, policy }: Bus): object => ({
  Name: name,
  Arn: arn,
  Description: description,
  Policy: policy && JSON.stringify(policy),
});

export const busActions = (model: EventsModel): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationException");
  return {
    CreateEventBus: action(busEntries, ({ Name: name, Description: description }, { region }) => ({
      EventBusArn: createBus(model, region, { name, description }).arn,
      Description: description,
    })),
    DescribeEventBus: action({ Name: v.optional(v.string()) }, ({ Name }, { region }) =>
      shown(model.getBus(region, Name)),
    ),
    ListEventBuses: action({ NamePrefix: v.optional(v.string(), "") }, ({ NamePrefix }, { region }) => {
      const made = model.buses.list().filter(({ arn, name }) => arn === busArn(region, name));
      const all = [model.getBus(region, DEFAULT_BUS), ...made];
      return { EventBuses: all.filter(({ name }) => name.startsWith(NamePrefix)).map(shown) };
    }),
    DeleteEventBus: action({ Name: v.string() }, ({ Name }, { region }) => {
      if (Name === DEFAULT_BUS) throw invalid("Cannot delete event bus default.");
      deleteBus(model, region, Name);
    }),
  };
};
