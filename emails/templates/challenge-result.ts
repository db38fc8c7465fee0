import { broadcast } from "../template.ts";
import type { ChallengeResultData } from "./challenge-result.data.ts";
import { englishResult } from "./challenge-result.en.ts";
import { frenchResult } from "./challenge-result.fr.ts";

/** Sends a participant their place once a challenge is final. */
export const challengeResult = broadcast<ChallengeResultData>({
  en: englishResult,
  fr: frenchResult,
});
