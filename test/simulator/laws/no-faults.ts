// Whatever befalls the store, the network and the instances, callers are told in terms that they can
// act on: no answer is a masked fault, and the operator's own check agrees with the log.
import { inWords, type Law } from './law.js';

/** Codes that say nothing of use to somebody whose request was all right. */
const USELESS = new Set(['INTERNAL_SERVER_ERROR', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']);

export const noFaults: Law = {
  name: 'no faults',
  promise: 'No answer is a masked fault.',
  watch(_world, report) {
    return {
      replied(answered) {
        const { asked, reply } = answered;
        if (reply.kind !== 'failed' || !USELESS.has(reply.code)) return;
        // An instant of one instance may be in the future of another one, whose clock is behind.
        if (asked.intent.kind === 'read past' && reply.code === 'BAD_USER_INPUT') return;
        report(`${inWords(answered)} was answered ${reply.code}: ${reply.words}`);
      },
    };
  },
};

export const verifyAgrees: Law = {
  name: 'verify agrees',
  promise: 'The operator’s `verify` finds nothing but what others have written.',
  watch({ foreign, log }, report) {
    return {
      replied(answered) {
        const { reply } = answered;
        if (reply.kind !== 'done' || reply.differences === undefined) return;
        const spoiled = log.events.filter(({ id }) => foreign.has(id)).map(({ stream }) => stream);
        const own = reply.differences.filter(
          (words) => !spoiled.some((one) => words.includes(one)),
        );
        if (own.length > 0) report(`${inWords(answered)} says: ${own.slice(0, 3).join('; ')}`);
      },
    };
  },
};
