// The cloud's live feed: every span as it ends, from GET /_warmstart/v1/events.
import type { TraceRecord } from "@warmstart/cloud";

export type Span = Omit<TraceRecord["spans"][number], "parent">;

export interface FeedEvent {
  /** Root of the trace. */
  readonly root: string;
  readonly span: Span;
}

export interface Feed {
  /** Stops listening; answers whether it was heard to this end. */
  readonly close: () => Promise<boolean>;
}

const PREFIX = "data: ";

const readEvents = async (body: AsyncIterable<string>, onEvent: (event: FeedEvent) => void): Promise<void> => {
  let rest = "";
  for await (const text of body) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith(PREFIX)) onEvent(JSON.parse(line.slice(PREFIX.length)) as FeedEvent); // the feed's own format
  }
};

/** Resolves when the cloud has begun to tell, so that nothing after it is missed. */
export const followFeed = async (endpoint: string, onEvent: (event: FeedEvent) => void): Promise<Feed> => {
  const abort = new AbortController();
  const answer = await fetch(`${endpoint}/_warmstart/v1/events`, { signal: abort.signal });
  if (answer.body === null) throw new Error(`the feed of ${endpoint} has no body`);
  let isWhole = true;
  const reading = readEvents(answer.body.pipeThrough(new TextDecoderStream()), onEvent).then(
    () => (isWhole = abort.signal.aborted), // it never ends by itself, unless we read too slowly
    () => (isWhole = abort.signal.aborted),
  );
  return {
    close: async () => {
      abort.abort();
      await reading;
      return isWhole;
    },
  };
};
