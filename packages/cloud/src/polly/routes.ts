// Method and path of each action of Polly's API.
import type { RestRoute } from "../protocols/rest-json.ts";

const LEXICON = "/v1/lexicons/{Name}";
const TASKS = "/v1/synthesisTasks";

export const routes: readonly RestRoute[] = [
  { method: "POST", path: "/v1/speech", action: "SynthesizeSpeech", rawAnswer: true },
  { method: "GET", path: "/v1/voices", action: "DescribeVoices" },
  { method: "PUT", path: LEXICON, action: "PutLexicon" },
  { method: "GET", path: LEXICON, action: "GetLexicon" },
  { method: "DELETE", path: LEXICON, action: "DeleteLexicon" },
  { method: "GET", path: "/v1/lexicons", action: "ListLexicons" },
  { method: "POST", path: TASKS, action: "StartSpeechSynthesisTask" },
  { method: "GET", path: TASKS, action: "ListSpeechSynthesisTasks" },
  { method: "GET", path: `${TASKS}/{TaskId}`, action: "GetSpeechSynthesisTask" },
];
