// Voices and lexicons as Polly has them.
import { createHash } from "node:crypto";
import {
  DescribeVoicesCommand,
  GetLexiconCommand,
  LexiconNotFoundException,
  type PollyClient,
  type Voice as PollyVoice,
} from "@aws-sdk/client-polly";
import type { Voice, VoicePort } from "./ports.ts";

const KEPT_MS = 86_400_000;

const voiceOf = (voice: PollyVoice): Voice => {
  const { Id = "", Name = Id, Gender = "", LanguageCode = "", AdditionalLanguageCodes = [] } = voice;
  const languages = [LanguageCode, ...AdditionalLanguageCodes];
  return {
    id: Id,
    name: Name,
    gender: Gender,
    language: LanguageCode,
    languages,
    engines: voice.SupportedEngines ?? [],
  };
};

const describeVoices = async (client: PollyClient): Promise<readonly Voice[]> => {
  const voices: Voice[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeVoicesCommand({ IncludeAdditionalLanguageCodes: true, NextToken }));
    voices.push(...(page.Voices ?? []).map(voiceOf));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return voices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
};

/** Asks for the voices once a day, and for each lexicon each time: those change. */
export const pollyVoices = (client: PollyClient): VoicePort => {
  let kept: { readonly voices: Promise<readonly Voice[]>; readonly until: number } | undefined;
  return {
    voices() {
      if (kept !== undefined && kept.until > Date.now()) return kept.voices;
      const voices = describeVoices(client);
      kept = { voices, until: Date.now() + KEPT_MS };
      voices.catch(() => (kept = undefined));
      return voices;
    },

    async lexiconHash(name) {
      try {
        const { Lexicon } = await client.send(new GetLexiconCommand({ Name: name }));
        return createHash("sha256")
          .update(Lexicon?.Content ?? "")
          .digest("hex");
      } catch (error) {
        if (error instanceof LexiconNotFoundException) return undefined;
        throw error;
      }
    },
  };
};
