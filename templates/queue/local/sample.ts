// The command that `npm start` prints for this service: it posts one entry, without the queue.
export const sample = (): string =>
  "npx warmstart invoke new-service-local-postEntry --path events/new-service/post-entry-one.json";
