// The voices of Polly, with their engines (https://docs.aws.amazon.com/polly/latest/dg/available-voices.html, as of
// 2026-03 (u)): which voice of flite each English one is here, and which of eSpeak NG the others, if that is installed.
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
  readonly by: { readonly flite: FliteVoice } | { readonly espeak: string };
}

const VOICES = table as readonly Voice[]; // JSON has no unions

/** The voices that can speak here. */
export const voicesOf = (withEspeak: boolean): readonly Voice[] =>
  VOICES.filter(({ by }) => withEspeak || "flite" in by);

/** Throws ValidationException, which names the voices that there are. */
export const voiceOf = (id: string, voices: readonly Voice[]): Voice => {
  const voice = voices.find(({ Id }) => Id === id);
  if (voice !== undefined) return voice;
  const known = voices.map(({ Id }) => Id).join(", ");
  throw pollyError(
    "ValidationException",
    `the voice ${JSON.stringify(id.slice(0, 40))} is not available here, but ${known} are. Without more the embedded AWS ` +
      "speaks English; with npm install --no-save @echogarden/espeak-ng-emscripten@0.3.5 (GPL-3.0) it speaks other languages",
  );
};

const describeEntries = {
  Engine: v.optional(v.picklist(ENGINES)),
  LanguageCode: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Z]{2,3}){0,2}$/))),
  // No voice here speaks a second language.
  IncludeAdditionalLanguageCodes: v.optional(v.picklist(["true", "false"])),
  NextToken: v.optional(v.string()),
};

export const describeVoices = (voices: () => Promise<readonly Voice[]>): Action =>
  honouring("ValidationException")(describeEntries, async ({ Engine, LanguageCode, NextToken }) => {
    if (NextToken !== undefined) throw pollyError("InvalidNextTokenException"); // all come on one page
    const found = (await voices()).filter(
      (voice) =>
        (Engine === undefined || voice.SupportedEngines.includes(Engine)) &&
        (LanguageCode ?? voice.LanguageCode) === voice.LanguageCode,
    );
    return { Voices: found.map(({ by: _by, ...voice }) => voice) };
  });
