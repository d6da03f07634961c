export { expectBadInputRefused } from "./security/expect-bad-input-refused.ts";
export { expectForeignObjectsHidden, type ForeignTarget } from "./security/expect-foreign-objects-hidden.ts";
export { expectFuzzSurvived, type Fuzzed, type FuzzTarget } from "./security/expect-fuzz-survived.ts";
export { expectGroupsKept, type GroupTarget } from "./security/expect-groups-kept.ts";
export { type CallerTarget, expectServerFieldsRefused } from "./security/expect-server-fields-refused.ts";
export { expectTokensRefused, type TokenTarget } from "./security/expect-tokens-refused.ts";
export type { Target } from "./security/target.ts";
export { hostileTokens } from "./security/tokens.ts";
