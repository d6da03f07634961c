// What Polly's API asks of the voice that speaks here: audio and speech marks of runs of text.

/** Voices inside of flite; every English voice of Polly is one of them here. */
export type FliteVoice = "kal16" | "slt" | "rms" | "awb";

export type AudioFormat = "mp3" | "ogg_vorbis" | "pcm";

/** A part of a request, in order; offsets are UTF-8 bytes of the request's text (tags included, for SSML). */
export type Run =
  | {
      readonly kind: "speech";
      readonly text: string;
      /** Where it starts in the request. */
      readonly at: number;
      /** 1 is the voice's own; 2 is twice as fast. */
      readonly rate: number;
      /** 1 is the voice's own; 0 is silent. */
      readonly gain: number;
      /**
       * Where each UTF-16 unit of it starts in the request, and one more: where the last ends. Only when that is not
       * `at` plus its own bytes (aliases, entities).
       */
      readonly bytes?: readonly number[] | undefined;
    }
  | { readonly kind: "silence"; readonly ms: number }
  | { readonly kind: "mark"; readonly name: string; readonly at: number; readonly end: number };

export type MarkType = "sentence" | "ssml" | "viseme" | "word";

/** As Polly writes it on a line; `time` in ms of the audio. */
export type SpeechMark =
  | {
      readonly time: number;
      readonly type: Exclude<MarkType, "viseme">;
      readonly start: number;
      readonly end: number;
      readonly value: string;
    }
  | { readonly time: number; readonly type: "viseme"; readonly value: string };

interface Spoken {
  readonly runs: readonly Run[];
  readonly voice: FliteVoice;
  readonly signal: AbortSignal;
  /** Where it is cut off without a word; default 600, as Polly does. Its tasks have no such end. */
  readonly mostSeconds?: number | undefined;
}

export interface AudioRequest extends Spoken {
  readonly format: AudioFormat;
  /** In Hz. */
  readonly sampleRate: number;
}

export interface MarksRequest extends Spoken {
  readonly types: readonly MarkType[];
}

/** The text has no letter or digit that a voice here can say; Polly answers nothing either. */
export class NothingToSpeak extends Error {
  override readonly name = "NothingToSpeak";
}

/** Both throw {@link NothingToSpeak} before the first value, and cut off at `mostSeconds`. */
export interface Speech {
  /** The first bytes come as soon as the first piece is spoken. Same request, same bytes. */
  readonly audio: (request: AudioRequest) => AsyncIterable<Uint8Array>;
  /** In order of time. */
  readonly marks: (request: MarksRequest) => AsyncIterable<SpeechMark>;
  readonly close: () => Promise<void>;
}

export interface SpeechOptions {
  /** Speaks with `kal16` whatever voice is asked: ten times as fast as the others. */
  readonly fast: boolean;
  /** A thread died, or was ended because a text took too long. */
  readonly onError: (error: unknown) => void;
  /** How many texts are spoken at once; by default one less than the machine has cores, 1 to 4. */
  readonly threads?: number;
}
