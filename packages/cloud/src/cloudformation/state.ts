// What CloudFormation remembers: stacks, their resources, events, exports, and the journal of an operation under way.
import type { Store, Table } from "../store/store.ts";
import { eventIdOf } from "./names.ts";
import type { Policy } from "./template.ts";
import type { Properties } from "./resource-type.ts";

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface Export {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
}

/** What a stack is made of once an operation succeeded, and what a failed update goes back to. */
export interface Committed {
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly outputs: readonly Output[];
  /** Names of exports of other stacks that it uses. */
  readonly imports: readonly string[];
}

export interface PlannedChange {
  readonly action: "Add" | "Modify" | "Remove";
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly replacement?: "True" | "False" | "Conditional";
  readonly scope: readonly string[];
}

/** What a caller asks an operation for. */
export interface StackRequest {
  readonly stackName: string;
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Undefined: the caller need not acknowledge anything. */
  readonly capabilities?: readonly string[];
  /** Of a creation that fails. */
  readonly onFailure?: "ROLLBACK" | "DELETE" | undefined;
  /** Stack policy from the end of this update on. */
  readonly policy?: string | undefined;
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: "CREATE" | "UPDATE";
  readonly description?: string | undefined;
  readonly stackId: string;
  readonly request: StackRequest;
  readonly changes: readonly PlannedChange[];
  /** Why it failed: there was nothing to change. */
  readonly failure?: string | undefined;
  readonly createdAt: number;
}

export interface StackRecord extends Committed {
  readonly stackId: string;
  readonly stackName: string;
  readonly status: string;
  readonly statusReason?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly deletedAt?: number;
  readonly onFailure?: StackRequest["onFailure"];
  /** Text of the stack policy, once one is set; and of the one that an update sets when it succeeds. */
  readonly policy?: string | undefined;
  readonly nextPolicy?: string | undefined;
  readonly terminationProtection?: boolean;
  /** How often a process died in the middle of an operation on it. */
  readonly interruptions?: number;
  /** During an update: the state before it. */
  readonly before?: Committed | undefined;
}

export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  /** "" until the service has made it. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly properties: Properties;
  readonly status: string;
  readonly statusReason?: string | undefined;
  readonly updatedAt: number;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: Policy;
  readonly updateReplacePolicy: Policy;
  readonly generation: number;
  /** While it is being made: the name that it was given, so that a cut making can be found again. */
  readonly givenName?: string;
}

export interface StackEvent {
  readonly eventId: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly time: number;
  readonly status: string;
  readonly reason?: string | undefined;
}

/** A step of the operation under way, written before it is done, so that it can be undone after any interruption. */
export type Step =
  | { readonly step: "create"; readonly record: ResourceRecord }
  | { readonly step: "replace"; readonly record: ResourceRecord; readonly before: ResourceRecord }
  | { readonly step: "update"; readonly record: ResourceRecord; readonly before: ResourceRecord }
  /** After the point of no return: what the clean-up still has to remove. */
  | { readonly step: "remove"; readonly record: ResourceRecord };

export interface StackState {
  readonly find: (nameOrId: string) => StackRecord | undefined;
  /** All stacks, deleted ones included. */
  readonly all: () => readonly StackRecord[];
  /** Those that there are. */
  readonly existing: () => readonly StackRecord[];
  readonly put: (stack: StackRecord) => void;
  readonly resources: (stackId: string) => readonly ResourceRecord[];
  readonly putResource: (stackId: string, record: ResourceRecord) => void;
  readonly removeResource: (stackId: string, logicalId: string) => void;
  /** Oldest first. */
  readonly events: (stackId: string) => readonly StackEvent[];
  readonly addEvent: (event: Omit<StackEvent, "eventId">) => void;
  /** Of all stacks that there are. */
  readonly exports: () => readonly Export[];
  readonly journal: (stackId: string) => readonly Step[];
  readonly setJournal: (stackId: string, steps: readonly Step[]) => void;
  readonly addStep: (stackId: string, step: Step) => void;
  /** In the order of their names. */
  readonly changeSets: (stackId: string) => readonly ChangeSet[];
  readonly putChangeSet: (changeSet: ChangeSet) => void;
  readonly removeChangeSet: (stackId: string, name: string) => void;
  readonly transaction: Store["transaction"];
}

const DIGITS = 8;
const numbered = (stackId: string, index: number): string => `${stackId}/${String(index).padStart(DIGITS, "0")}`;

const under = <T>(table: Table<T>, stackId: string): readonly T[] =>
  table.list({ prefix: `${stackId}/` }).map(([, value]) => value);

export const createState = (store: Store): StackState => {
  const stacks = store.table<StackRecord>("cfn_stacks");
  const resources = store.table<ResourceRecord>("cfn_resources");
  const events = store.table<StackEvent>("cfn_events");
  const journal = store.table<Step>("cfn_journal");
  const changeSets = store.table<ChangeSet>("cfn_change_sets");
  const all = (): readonly StackRecord[] => stacks.list().map(([, stack]) => stack);
  const existing = (): readonly StackRecord[] => all().filter(({ status }) => status !== "DELETE_COMPLETE");
  const addStep = (stackId: string, step: Step): void => {
    const last = journal.list({ prefix: `${stackId}/` }).at(-1)?.[0];
    journal.put(numbered(stackId, last === undefined ? 0 : Number(last.slice(-DIGITS)) + 1), step);
  };
  return {
    // A deleted stack has lost its name: only its id finds it.
    find: (nameOrId) =>
      nameOrId.startsWith("arn:") ? stacks.get(nameOrId) : existing().find(({ stackName }) => stackName === nameOrId),
    all,
    existing,
    put: (stack) => stacks.put(stack.stackId, stack),
    resources: (stackId) => under(resources, stackId),
    putResource: (stackId, record) => resources.put(`${stackId}/${record.logicalId}`, record),
    removeResource: (stackId, logicalId) => resources.remove(`${stackId}/${logicalId}`),
    events: (stackId) => under(events, stackId),
    addEvent: (event) => {
      const sequence = events.measure(`${event.stackId}/`).count;
      events.put(numbered(event.stackId, sequence), { ...event, eventId: eventIdOf(event.stackId, sequence) });
    },
    exports: () =>
      existing().flatMap(({ stackId, outputs }) =>
        outputs.flatMap(({ exportName: name, value }) => (name === undefined ? [] : [{ name, value, stackId }])),
      ),
    journal: (stackId) => under(journal, stackId),
    setJournal: (stackId, steps) => {
      for (const [key] of journal.list({ prefix: `${stackId}/` })) journal.remove(key);
      for (const step of steps) addStep(stackId, step);
    },
    addStep,
    changeSets: (stackId) => under(changeSets, stackId),
    putChangeSet: (changeSet) => changeSets.put(`${changeSet.stackId}/${changeSet.name}`, changeSet),
    removeChangeSet: (stackId, name) => changeSets.remove(`${stackId}/${name}`),
    transaction: store.transaction,
  };
};
