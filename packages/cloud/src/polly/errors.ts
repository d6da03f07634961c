// Polly's errors, in its words: https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html#API_SynthesizeSpeech_Errors
import { AwsError } from "../gateway/aws-error.ts";

const SENTENCES = {
  EngineNotSupportedException: "This voice does not support the selected engine",
  InvalidLexiconException:
    "The provided lexicon contains lexemes whose structure is invalid, or it is not a valid PLS document",
  InvalidNextTokenException: "The NextToken is invalid. Verify that it's spelled correctly, and then try again.",
  InvalidS3BucketException: "Invalid S3 bucket",
  InvalidS3KeyException: "Invalid S3 key prefix",
  InvalidSampleRateException: "The specified sample rate is not valid",
  InvalidSnsTopicArnException: "Invalid SNS topic ARN",
  InvalidSsmlException: "Invalid SSML request",
  InvalidTaskIdException: "The provided Task ID is not valid. Please provide a valid Task ID and try again.",
  LanguageNotSupportedException: "This voice does not support the selected language",
  LexiconNotFoundException: "Lexicon not found",
  LexiconSizeExceededException: "Lexicon size exceeded",
  MarksNotSupportedForFormatException: "Speech marks are only supported for the output format json",
  MaxLexemeLengthExceededException: "Maximum lexeme length exceeded",
  MaxLexiconsNumberExceededException: "Maximum number of lexicons exceeded",
  SsmlMarksNotSupportedForTextTypeException: "SSML speech marks are not supported for plain text-type input.",
  SynthesisTaskNotFoundException: "The Speech Synthesis task with requested Task ID cannot be found.",
  TextLengthExceededException: "Maximum text length has been exceeded",
  UnsupportedPlsAlphabetException:
    "The alphabet specified by the lexicon is not supported. Valid values are x-sampa and ipa.",
  UnsupportedPlsLanguageException: "The language specified in the lexicon is unsupported.",
  ValidationException: "The request is not valid",
} as const;

export type PollyCode = keyof typeof SENTENCES;

/** The error with its sentence (u, but for those of text length, SSML and engine), and what it is about. */
export const pollyError = (code: PollyCode, detail?: string): AwsError =>
  new AwsError(
    code,
    code === "LexiconNotFoundException" ? 404 : 400,
    detail === undefined ? SENTENCES[code] : `${SENTENCES[code]}: ${detail}`,
  );
