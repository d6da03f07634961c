// The command that `npm start` prints for this service: a run now, as the schedule starts it.
export const sample = (): string =>
  "npx warmstart invoke new-service-local-assignShift --path events/new-service/assign-shift-morning.json";
