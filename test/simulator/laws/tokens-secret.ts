// A payment token is in no event: whoever reads the log cannot pay with it.
import { type Law } from './law.js';

export const tokensSecret: Law = {
  name: 'tokens are secret',
  promise: 'No event has a payment token.',
  watch(_world, report) {
    const tokens = new Set<string>();
    const texts: { readonly place: string; readonly text: string }[] = [];
    return {
      asked({ asked: { intent } }) {
        if (intent.kind !== 'change cart' || intent.change.type !== 'CheckOut') return;
        if (intent.change.paymentToken !== undefined) tokens.add(intent.change.paymentToken);
      },
      stored({ stream, revision, data, metadata }) {
        const text = JSON.stringify([data, metadata]);
        if (text.includes('tok_')) texts.push({ place: `${stream}@${revision}`, text });
      },
      ended() {
        for (const { place, text } of texts) {
          if ([...tokens].some((token) => text.includes(token))) report(`${place} has a token`);
        }
      },
    };
  },
};
