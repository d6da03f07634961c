// StartMessageMoveTask, CancelMessageMoveTask, ListMessageMoveTasks: messages of a dead-letter queue go back.
// Moved messages are new ones: another id, another time, no receives.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
import { randomUUID } from "node:crypto";
import type { Action } from "../gateway/service.ts";
import type { Timer } from "../clock/clock.ts";
import { invalidValue, sqsError } from "./errors.ts";
import { MAX_MOVES_PER_SECOND } from "./limits.ts";
import { sourceInHandle } from "./needs.ts";
import { honours, numberIn, required, textOf } from "./parameters.ts";
import type { SqsParts } from "./parts.ts";
import type { OpenQueue } from "./queues.ts";

interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly perSecond?: number;
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  readonly moved: number;
  readonly toMove: number;
  readonly startedAt: number;
  readonly failure?: string;
}

export interface MoveTasks {
  readonly actions: Readonly<Record<string, Action>>;
  /** Continues what an earlier life of the cloud was moving. */
  readonly start: () => void;
}

/** The source in it is what IAM decides by. */
const handleOf = ({ id, sourceArn }: MoveTask): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn }), "utf8").toString("base64");

const noTask = (message: string): Error => sqsError("ResourceNotFoundException", message);

const describe = (task: MoveTask): object => ({
  ...(task.status === "RUNNING" && { TaskHandle: handleOf(task) }),
  Status: task.status,
  SourceArn: task.sourceArn,
  ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
  ...(task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failure !== undefined && { FailureReason: task.failure }),
  StartedTimestamp: task.startedAt,
});

export const createMoveTasks = ({ queues, ground }: SqsParts): MoveTasks => {
  const { clock, store } = ground;
  /** The last task of each source queue. */
  const table = store.table<MoveTask>("sqs_move_tasks");
  const timers = new Map<string, Timer>();

  /** Moves one message; answers why it cannot be moved. */
  const move = (source: OpenQueue, task: MoveTask, key: string): string | undefined => {
    const delivery = source.messages.find(key);
    const content = delivery && queues.contentOf(delivery);
    if (content === undefined) return undefined;
    const target = task.destinationArn ?? content.deadLetterSourceArn;
    if (target === undefined) return "CouldNotDetermineMessageSource";
    const queue = queues.findByArn(target);
    if (queue === undefined) return "AWS.SimpleQueueService.NonExistentQueue";
    const { deadLetterSourceArn: _from, ...kept } = content;
    const now = clock.now();
    queues.removeMessages(source, [key]);
    queues.addMessage(queue, { ...kept, id: randomUUID(), sentAt: now }, { visibleAt: now });
    return undefined;
  };
  /** Moves a second's share, and comes again in a second when there is more. */
  const step = (sourceArn: string): void => {
    const task = table.get(sourceArn);
    if (task?.status !== "RUNNING") return;
    const source = queues.findByArn(sourceArn);
    const share = source?.messages.visible(task.perSecond ?? MAX_MOVES_PER_SECOND) ?? [];
    const next = store.transaction((): MoveTask => {
      let { moved } = task;
      let failure = source === undefined ? "AWS.SimpleQueueService.NonExistentQueue" : undefined;
      for (const { key } of share) {
        if (source === undefined || failure !== undefined) break;
        failure = move(source, task, key);
        if (failure === undefined) moved++;
      }
      const left = source !== undefined && source.messages.visible(1).length > 0;
      const status = failure !== undefined ? "FAILED" : left ? "RUNNING" : "COMPLETED";
      const after: MoveTask = { ...task, status, moved, ...(failure !== undefined && { failure }) };
      table.put(sourceArn, after);
      return after;
    });
    if (next.status === "RUNNING") run(sourceArn, clock.now() + 1000);
    else timers.delete(sourceArn);
  };
  const run = (sourceArn: string, time: number): void => {
    const timer = clock.at(time, "sqs: a message move task goes on", () => step(sourceArn));
    timers.set(sourceArn, timer);
  };

  const start = ({ input }: { readonly input: Readonly<Record<string, unknown>> }): object => {
    const sourceArn = required(input, "SourceArn");
    const source = queues.findByArn(sourceArn);
    if (source === undefined)
      throw noTask("The resource that you specified for the SourceArn parameter doesn't exist.");
    if (!queues.list().some(({ redrive }) => redrive?.deadLetterTargetArn === sourceArn))
      throw invalidValue("SourceArn", sourceArn, "Source queue must be configured as a Dead Letter Queue.");
    const destinationArn = textOf(input["DestinationArn"]);
    if (destinationArn !== "" && queues.findByArn(destinationArn)?.fifo !== source.fifo)
      throw noTask("The resource that you specified for the DestinationArn parameter doesn't exist, or is another type of queue."); // prettier-ignore
    const perSecond = numberIn(input, "MaxNumberOfMessagesPerSecond", [1, MAX_MOVES_PER_SECOND], undefined);
    if (table.get(sourceArn)?.status === "RUNNING") {
      const message = "There is already a task running. Only one active task is allowed for a source queue arn at a given time."; // prettier-ignore
      throw sqsError("UnsupportedOperation", message);
    }
    const task: MoveTask = {
      id: randomUUID(),
      sourceArn,
      ...(destinationArn !== "" && { destinationArn }),
      ...(perSecond !== undefined && { perSecond }),
      status: "RUNNING",
      moved: 0,
      toMove: source.messages.counts().visible,
      startedAt: clock.now(),
    };
    table.put(sourceArn, task);
    step(sourceArn);
    return { TaskHandle: handleOf(task) };
  };
  const cancel = (handle: string): object => {
    const sourceArn = sourceInHandle(handle);
    const task = table.get(sourceArn);
    if (task?.status !== "RUNNING" || handleOf(task) !== handle) throw noTask("Task does not exist or is not running.");
    timers.get(sourceArn)?.cancel();
    timers.delete(sourceArn);
    table.put(sourceArn, { ...task, status: "CANCELLED" });
    return { ApproximateNumberOfMessagesMoved: task.moved };
  };

  return {
    start: () => {
      for (const [arn, { status }] of table.list()) if (status === "RUNNING") run(arn, clock.now());
    },
    actions: {
      StartMessageMoveTask: honours(["SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond"], start),
      CancelMessageMoveTask: honours(["TaskHandle"], ({ input }) => cancel(required(input, "TaskHandle"))),
      ListMessageMoveTasks: honours(["SourceArn"], ({ input }) => {
        const sourceArn = required(input, "SourceArn");
        if (queues.findByArn(sourceArn) === undefined)
          throw noTask("The resource that you specified for the SourceArn parameter doesn't exist.");
        return { Results: [table.get(sourceArn)].flatMap((task) => task ?? []).map(describe) };
      }),
    },
  };
};
