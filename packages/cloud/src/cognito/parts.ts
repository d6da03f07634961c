// What the actions of Cognito work with.
import type { Ground } from "../ports.ts";
import type { Messages } from "./messages.ts";
import type { Model } from "./model.ts";
import type { Tokens } from "./tokens.ts";
import type { createTriggers } from "./triggers.ts";

export interface Cognito extends Pick<Ground, "clock" | "store"> {
  readonly model: Model;
  readonly messages: Messages;
  readonly tokens: Tokens;
  readonly trigger: ReturnType<typeof createTriggers>;
}
