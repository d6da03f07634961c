import { httpBare, ok } from "@warmstart/middleware";

export const handler = httpBare(({ event }) => {
  const { name } = JSON.parse(event.body ?? "") as { name: string };
  return ok({ hello: name });
});
