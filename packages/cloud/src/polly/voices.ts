// The English voices of Polly, with their engines (https://docs.aws.amazon.com/polly/latest/dg/available-voices.html, as
// of 2026-03 (u)), and which voice of flite each is here.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import type { Action } from "../gateway/service.ts";
import { pollyError } from "./errors.ts";
import type { FliteVoice } from "./speech-port.ts";
import table from "./voices.json" with { type: "json" };

export const ENGINES = ["standard", "neural", "long-form", "generative"] as const;
export type Engine = (typeof ENGINES)[number];

export interface Voice {
  readonly Id: string;
  readonly Name: string;
  readonly Gender: string;
  readonly LanguageCode: string;
  readonly LanguageName: string;
  readonly SupportedEngines: readonly Engine[];
  readonly flite: FliteVoice;
}

const VOICES = table as readonly Voice[]; // JSON has no unions

/** Throws ValidationException, which names the voices that there are. */
export const voiceOf = (id: string): Voice => {
  const voice = VOICES.find(({ Id }) => Id === id);
  if (voice !== undefined) return voice;
  const known = VOICES.map(({ Id }) => Id).join(", ");
  throw pollyError(
    "ValidationException",
    `the voice ${JSON.stringify(id.slice(0, 40))} is not available here. The embedded AWS speaks English, with the ` +
      `voices ${known}; another language needs a voice engine of its own in packages/cloud/src/polly/speech.ts`,
  );
};

export const describeVoices: Action = honouring("ValidationException")(
  {
    Engine: v.optional(v.picklist(ENGINES)),
    LanguageCode: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Z]{2,3}){0,2}$/))),
    // No voice here speaks a second language.
    IncludeAdditionalLanguageCodes: v.optional(v.picklist(["true", "false"])),
    NextToken: v.optional(v.string()),
  },
  ({ Engine, LanguageCode, NextToken }) => {
    if (NextToken !== undefined) throw pollyError("InvalidNextTokenException"); // all come on one page
    const found = VOICES.filter(
      (voice) =>
        (Engine === undefined || voice.SupportedEngines.includes(Engine)) &&
        (LanguageCode ?? voice.LanguageCode) === voice.LanguageCode,
    );
    return { Voices: found.map(({ flite: _flite, ...voice }) => voice) };
  },
);
