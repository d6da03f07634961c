// The cloud's live feed: every span as it ends, from GET /_warmstart/v1/events.
import type { TraceRecord } from "@warmstart/cloud";

export type Span = Omit<TraceRecord["spans"][number], "parent">;

export interface FeedEvent {
  /** Root of the trace. */
  readonly root: string;
  readonly span: Span;
}

export interface Feed {
  /** When nothing more comes. */
  readonly ended: Promise<void>;
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
  // It never ends by itself, unless we read too slowly or the cloud is gone.
  let isWhole = true;
  const note = (): void => {
    isWhole = abort.signal.aborted;
  };
  const ended = readEvents(answer.body.pipeThrough(new TextDecoderStream()), onEvent).then(note, note);
  return {
    ended,
    close: async () => {
      abort.abort();
      await ended;
      return isWhole;
    },
  };
};
