// Lexicons of an account, by region: https://docs.aws.amazon.com/polly/latest/dg/managing-lexicons.html
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { pageOf } from "../gateway/page.ts";
import { ACCOUNT, type Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { pollyError } from "./errors.ts";
import { type Lexicon, readLexicon } from "./lexicon.ts";
import { LIMITS } from "./limits.ts";
import { lexiconName } from "./order.ts";

interface StoredLexicon {
  readonly name: string;
  readonly region: string;
  readonly content: string;
  /** Cloud ms. */
  readonly changedAt: number;
}

export interface Lexicons {
  /** Throws LexiconNotFoundException. */
  readonly get: (region: string, name: string) => Lexicon;
  readonly actions: Readonly<Record<string, Action>>;
}

export const lexiconArn = (region: string, name: string): string =>
  `arn:aws:polly:${region}:${ACCOUNT}:lexicon/${name}`;

const attributesOf = ({ name, region, content, changedAt }: StoredLexicon) => {
  const { alphabet, language, lexemes } = readLexicon(content);
  return {
    Alphabet: alphabet,
    LanguageCode: language,
    LastModified: changedAt / 1_000,
    LexiconArn: lexiconArn(region, name),
    LexemesCount: lexemes,
    Size: content.length,
  };
};

export const createLexicons = ({ store, clock, report }: Ground): Lexicons => {
  const table = store.table<StoredLexicon>("polly_lexicons");
  const get = (region: string, name: string): StoredLexicon => {
    const found = table.get(lexiconArn(region, name));
    if (found === undefined) throw pollyError("LexiconNotFoundException");
    return found;
  };
  const ofRegion = (region: string) => table.list({ prefix: lexiconArn(region, "") });
  const action = honouring("ValidationException");
  const named = { Name: lexiconName };
  return {
    get: (region, name) => readLexicon(get(region, name).content),
    actions: {
      PutLexicon: action({ ...named, Content: v.string() }, ({ Name: name, Content: content }, { region }) => {
        const { phonemes } = readLexicon(content);
        const arn = lexiconArn(region, name);
        if (table.get(arn) === undefined && ofRegion(region).length >= LIMITS.lexicons)
          throw pollyError("MaxLexiconsNumberExceededException");
        table.put(arn, { name, region, content, changedAt: clock.now() });
        if (phonemes) report(`polly: the phonemes of the lexicon ${name} have no effect here; its aliases have`);
        return {};
      }),
      GetLexicon: action(named, ({ Name: name }, { region }) => {
        const lexicon = get(region, name);
        return { Lexicon: { Name: name, Content: lexicon.content }, LexiconAttributes: attributesOf(lexicon) };
      }),
      DeleteLexicon: action(named, ({ Name: name }, { region }) => {
        get(region, name);
        table.remove(lexiconArn(region, name));
        return {};
      }),
      ListLexicons: action({ NextToken: v.optional(v.string()) }, ({ NextToken: token }, { region }) => {
        const { items, next } = pageOf(ofRegion(region), { limit: LIMITS.page, token });
        const Lexicons = items.map((lexicon) => ({ Name: lexicon.name, Attributes: attributesOf(lexicon) }));
        return { Lexicons, NextToken: next };
      }),
    },
  };
};
