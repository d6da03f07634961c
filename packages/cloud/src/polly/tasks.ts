// Synthesis tasks: texts of up to 100,000 characters, spoken into a bucket, their end told to a topic.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import { honouring } from "../gateway/action.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action, Call } from "../gateway/service.ts";
import type { Caller, Deliver, Ground, S3 } from "../ports.ts";
import { pollyError } from "./errors.ts";
import { LIMITS, TASK_STEP_MS } from "./limits.ts";
import { formatOf, type Order, orderEntries, type OrderInput } from "./order.ts";

const STATUSES = ["scheduled", "inProgress", "completed", "failed"] as const;

const taskEntries = {
  ...orderEntries,
  OutputS3BucketName: v.string(),
  OutputS3KeyPrefix: v.optional(v.string(), ""),
  SnsTopicArn: v.optional(v.string()),
};
const taskSchema = v.object(taskEntries);

interface StoredTask {
  readonly id: string;
  readonly status: (typeof STATUSES)[number];
  readonly reason?: string | undefined;
  /** Cloud ms. */
  readonly createdAt: number;
  readonly chars: number;
  readonly key: string;
  readonly caller: Caller;
  /** The text goes when it was spoken. */
  readonly input: v.InferOutput<typeof taskSchema>;
}

export interface TaskPorts {
  readonly s3: Pick<S3, "hasBucket" | "writeObject">;
  readonly deliver: Deliver;
  readonly read: (
    input: OrderInput,
    limits: { billed: number; total: number },
    call: Pick<Call, "region">,
  ) => Promise<Order>;
  readonly speak: (order: Order, signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly bill: (order: Order, call: Pick<Call, "traceId">) => void;
}

export interface Tasks {
  readonly actions: Readonly<Record<string, Action>>;
  /** Takes up what an earlier cloud left. */
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

const listEntries = {
  MaxResults: v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(LIMITS.page)), String(LIMITS.page)), // prettier-ignore
  NextToken: v.optional(v.string()),
  Status: v.optional(v.picklist(STATUSES)),
};

const TOPIC = /^arn:aws:sns:[a-z0-9-]{1,50}:\d{12}:[\w-]{1,251}(\.fifo)?$/;
const KEY_PREFIX = /^[0-9a-zA-Z/!\-_.*'():;$@=+,?&]{0,800}$/;

/** What others see of it; `uri` is where its object is. */
const shown = ({ id, status, reason, createdAt, chars, input }: StoredTask, uri: string): object => {
  const { Text: _text, OutputS3BucketName: _bucket, OutputS3KeyPrefix: _prefix, ...given } = input;
  const state = { TaskId: id, TaskStatus: status, TaskStatusReason: reason, CreationTime: createdAt / 1_000 };
  return { ...given, ...state, OutputUri: uri, RequestCharacters: chars };
};

/** The message to the topic: the same, as Java writes names. (u) */
const notification = (task: StoredTask, uri: string): string => {
  const members = Object.entries({ ...shown(task, uri), TaskStatus: task.status.toUpperCase() });
  return JSON.stringify(Object.fromEntries(members.map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]))); // prettier-ignore
};

export const createTasks = (ground: Ground, ports: TaskPorts): Tasks => {
  const { clock, store, work, report, endpoint } = ground;
  const { s3, deliver, read, speak, bill } = ports;
  const table = store.table<StoredTask>("polly_tasks");
  const ended = new AbortController();
  const running = new Set<Promise<void>>();
  const uriOf = ({ input, key }: StoredTask): string => `${endpoint()}/${input.OutputS3BucketName}/${key}`;
  const isKept = ({ createdAt }: StoredTask): boolean => createdAt + LIMITS.taskMs > clock.now();

  const notify = (task: StoredTask): void => {
    const { SnsTopicArn: topic } = task.input;
    if (topic === undefined) return;
    const { principal, traceId } = task.caller;
    const trace = traceId === undefined ? {} : { traceId };
    try {
      deliver({ principal, sourceArn: topic, targetArn: topic, body: notification(task, uriOf(task)), ...trace });
    } catch (error) {
      report(`polly: the end of task ${task.id} could not be told to ${topic}`, error);
    }
  };
  /** Why it failed; undefined when it did not. */
  const write = async ({ id, caller, key, input }: StoredTask): Promise<string | undefined> => {
    const { contentType } = formatOf(input.OutputFormat);
    try {
      const bytes = speak(await read(input, LIMITS.task, caller), ended.signal);
      await s3.writeObject(caller, { bucket: input.OutputS3BucketName, key, contentType }, bytes);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error.message;
      if (!ended.signal.aborted) report(`The synthesis task ${id} failed inside the embedded AWS`, error);
      return "Error occurred while trying to synthesize speech";
    }
  };
  const perform = async (task: StoredTask): Promise<void> => {
    const reason = await write(task);
    if (ended.signal.aborted) return; // the next cloud on this state does it again
    const status = reason === undefined ? "completed" : "failed";
    const done: StoredTask = { ...task, status, reason, input: { ...task.input, Text: "" } };
    table.put(task.id, done);
    notify(done);
  };
  const track = (task: StoredTask): Promise<void> => {
    const done = work.track(`synthesis task ${task.id}`, perform(task)).finally(() => running.delete(done));
    running.add(done);
    return done;
  };
  const arm = (task: StoredTask): void => {
    clock.at(clock.now() + TASK_STEP_MS, `synthesis task ${task.id} begins`, () => {
      const begun: StoredTask = { ...task, status: "inProgress" };
      table.put(task.id, begun);
      clock.at(clock.now() + TASK_STEP_MS, `synthesis task ${task.id} ends`, () => track(begun));
    });
  };

  const action = honouring("ValidationException");
  const StartSpeechSynthesisTask = action(taskEntries, async (input, call) => {
    const { OutputS3BucketName: bucket, OutputS3KeyPrefix: prefix, SnsTopicArn: topic } = input;
    const order = await read(input, LIMITS.task, call);
    if (!s3.hasBucket(bucket)) throw pollyError("InvalidS3BucketException");
    if (!KEY_PREFIX.test(prefix)) throw pollyError("InvalidS3KeyException");
    if (topic !== undefined && !TOPIC.test(topic)) throw pollyError("InvalidSnsTopicArnException");
    const id = randomUUID();
    const { principal, requestId, region, traceId } = call;
    const caller = { principal, requestId, region, ...(traceId !== undefined && { traceId }) };
    const key = `${prefix}${prefix && "."}${id}.${formatOf(input.OutputFormat).extension}`;
    const createdAt = clock.now();
    const task: StoredTask = { id, status: "scheduled", createdAt, chars: order.spoken.chars, key, caller, input };
    table.put(id, task);
    bill(order, call);
    arm(task);
    return { SynthesisTask: shown(task, uriOf(task)) };
  });
  const GetSpeechSynthesisTask = action({ TaskId: v.string() }, ({ TaskId }, { region }) => {
    if (!/^[\w-]{1,100}$/.test(TaskId)) throw pollyError("InvalidTaskIdException");
    const task = table.get(TaskId);
    if (task?.caller.region !== region || !isKept(task)) throw pollyError("SynthesisTaskNotFoundException");
    return { SynthesisTask: shown(task, uriOf(task)) };
  });
  const ListSpeechSynthesisTasks = action(
    listEntries,
    ({ MaxResults: limit, NextToken: token, Status }, { region }) => {
      const entries = table
        .list()
        .filter(([, task]) => task.caller.region === region && isKept(task) && (Status ?? task.status) === task.status);
      const { items, next } = pageOf(entries, { limit, token });
      return { SynthesisTasks: items.map((task) => shown(task, uriOf(task))), NextToken: next };
    },
  );

  return {
    actions: { StartSpeechSynthesisTask, GetSpeechSynthesisTask, ListSpeechSynthesisTasks },
    start: () => {
      for (const [id, task] of table.list()) {
        if (!isKept(task)) table.remove(id);
        else if (task.status === "scheduled" || task.status === "inProgress") arm(task);
      }
    },
    close: async () => {
      ended.abort();
      await Promise.allSettled(running);
    },
  };
};
