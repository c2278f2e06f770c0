// An administrator corrects a price through the API while the shop is open: rebuilds beside, reads
// the report, promotes and takes it back. The command line sees the same replays and reports.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostname } from 'node:os';
import * as documents from '../../schema/generated/graphql.js';
import { openRowStore } from '../../src/read-models/open.js';
import type { ServiceProcess } from '../flow/service.js';
import { type Answer, Shopper } from '../flow/shopper.js';
import { type CorrectedShop, correctedShop, replay, type WatchedCart } from './two-builds.js';

const patience = 120_000;

let shop: CorrectedShop;
let service: ServiceProcess;
let shopper: Shopper;
let admin: Shopper;
let support: Shopper;
let watched: WatchedCart;

beforeAll(async () => {
  shop = await correctedShop();
  ({ service, shopper, watched } = shop);
  const reason = { 'x-access-reason': 'ticket 7' };
  admin = await Shopper.signedIn(service, 'admin', 'ann', reason);
  support = await Shopper.signedIn(service, 'support', 'sue', reason);
}, patience);
afterAll(() => shop.remove());

const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code;

async function total(): Promise<number | undefined> {
  const { cart } = await shopper.ask(documents.CartDocument, { cartId: watched.cartId });
  return cart?.totals.total.minorUnits;
}

/** The replay once it has ended. */
async function ended(id: string): Promise<documents.ReplayFieldsFragment> {
  for await (const { replayChanged } of support.subscribe(documents.ReplayChangedDocument, {
    id,
  })) {
    if (replayChanged != null && replayChanged.state !== 'RUNNING') return replayChanged;
  }
  throw new Error('The watch of the replay ended before it did');
}

async function run(
  payload: documents.ReplayPayloadFieldsFragment,
): Promise<documents.ReplayFieldsFragment> {
  expect(payload.refusal).toBeNull();
  return ended(payload.replay!.id);
}

const named = { input: { names: ['cart'] } };

async function rebuildsOnce(): Promise<string> {
  expect(await total()).toBe(watched.wrong);
  const answers = await Promise.all([
    admin.ask(documents.RebuildProjectionsDocument, named),
    admin.ask(documents.RebuildProjectionsDocument, named),
  ]);
  const payloads = answers.map(({ rebuildProjections }) => rebuildProjections);
  const refusals = payloads.flatMap(({ refusal }) => refusal ?? []);
  expect(refusals.map(({ code }) => code)).toEqual(['HELD']);
  const built = await run(payloads.find((payload) => payload.replay !== null)!);
  expect(built).toMatchObject({
    kind: 'REBUILD',
    state: 'DONE',
    startedBy: 'admin ann',
    reason: 'ticket 7',
    rebuilt: [{ name: 'cart', generation: 2 }],
    differences: [{ name: 'cart', unexplained: 0, differing: 1 }],
    fault: null,
  });
  expect(built.progress).toMatchObject({ done: 1 });
  expect(await total()).toBe(watched.wrong);
  return built.reportId!;
}

async function reports(id: string): Promise<void> {
  const { impactReport } = await admin.ask(documents.ImpactReportDocument, { id });
  expect(impactReport).toMatchObject({
    before: { version: 1 },
    after: { version: 2 },
    affectedCarts: 1,
    affectedOrders: 0,
    totals: [{ currency: 'GBP', open: { carts: 1 } }],
    byCoupon: [{ key: 'WELCOME10', carts: 1 }],
    byProduct: [{ key: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER' }],
    byCustomer: [{ key: '(none)' }],
  });
  const page = await admin.ask(documents.ImpactedCartsDocument, { id });
  expect(page.impactReport?.carts).toMatchObject({
    totalCount: 1,
    pageInfo: { hasNextPage: false },
    nodes: [
      {
        cartId: watched.cartId,
        before: { minorUnits: watched.wrong },
        after: { minorUnits: watched.right },
        difference: { minorUnits: watched.right - watched.wrong },
      },
    ],
  });
  const shownToSupport = await support.ask(documents.ImpactReportDocument, { id });
  expect(shownToSupport.impactReport?.byCustomer).toBeNull();
}

async function promotesOnce(): Promise<void> {
  const commandId = '7b1c9b1e-0c5f-4c8e-9d0e-3f7f0f6a2b11';
  const input = { ...named.input, commandId };
  const answers = await Promise.all([
    admin.ask(documents.PromoteProjectionsDocument, { input }),
    admin.ask(documents.PromoteProjectionsDocument, { input }),
  ]);
  const payloads = answers.map(({ promoteProjections }) => promoteProjections);
  expect(payloads.map(({ replay }) => replay?.id)).toEqual([commandId, commandId]);
  const promoted = await run(payloads[0]!);
  expect(promoted).toMatchObject({
    state: 'DONE',
    madeLive: [{ name: 'cart', generation: 2 }],
  });
  expect(await total()).toBe(watched.right);
  const again = await admin.ask(documents.PromoteProjectionsDocument, { input });
  expect(again.promoteProjections).toMatchObject({ replay: { id: commandId, state: 'DONE' } });
  const reused = { replay: null, refusal: { code: 'COMMAND_ID_REUSED' } };
  const other = await admin.ask(documents.RollBackProjectionsDocument, { input });
  expect(other.rollBackProjections).toMatchObject(reused);
  const all = await admin.ask(documents.PromoteProjectionsDocument, { input: { commandId } });
  expect(all.promoteProjections).toMatchObject(reused);
  expect(await total()).toBe(watched.right);
}

async function rollsBackOnce(): Promise<void> {
  const { rollBackProjections } = await admin.ask(documents.RollBackProjectionsDocument, named);
  expect(rollBackProjections.replay).toMatchObject({
    kind: 'ROLLBACK',
    state: 'DONE',
    madeLive: [{ name: 'cart', generation: 1 }],
  });
  expect(await total()).toBe(watched.wrong);
  const nothing = await admin.ask(documents.RollBackProjectionsDocument, named);
  expect(nothing.rollBackProjections).toMatchObject({
    replay: null,
    refusal: { code: 'NOTHING_EARLIER' },
  });
}

async function tellsOfTheCommandLine(): Promise<void> {
  await replay(service, 'cart', '--promote');
  expect(await total()).toBe(watched.right);
  const { replays } = await support.ask(documents.ReplaysDocument, {});
  expect(replays.map(({ kind, state }) => [kind, state])).toEqual([
    ['PROMOTION', 'DONE'],
    ['ROLLBACK', 'DONE'],
    ['PROMOTION', 'DONE'],
    ['REBUILD', 'DONE'],
  ]);
  expect(replays[0]?.startedBy).toMatch(/^operator/);
}

async function dropsWhatIsUnwanted(): Promise<void> {
  const { rebuildProjections } = await admin.ask(documents.RebuildProjectionsDocument, named);
  await run(rebuildProjections);
  const { dropNewGenerations } = await admin.ask(documents.DropNewGenerationsDocument, named);
  const cart = dropNewGenerations.projections?.find(({ name }) => name === 'cart');
  expect(cart?.others).toEqual([]);
}

/** Killed in the middle, by the system: the rows that are live stay, and the next rebuild ends. */
async function survivesAKill(): Promise<void> {
  const before = await total();
  const all = { names: [] };
  const { rebuildProjections } = await admin.ask(documents.RebuildProjectionsDocument, {
    input: { ...all, fresh: true },
  });
  await service.kill();
  await service.restart();
  expect(await total()).toBe(before);
  const again = await admin.ask(documents.RebuildProjectionsDocument, { input: all });
  expect(await run(again.rebuildProjections)).toMatchObject({ state: 'DONE', fault: null });
  const { id } = rebuildProjections.replay!;
  const { replay: killed } = await support.ask(documents.ReplayDocument, { id });
  expect(killed).toMatchObject({ state: 'INTERRUPTED' });
  const isUnfinished = async () => {
    const { projections } = await support.ask(documents.ProjectionsDocument, {});
    return projections.some(({ others }) => others.some(({ status }) => status === 'BUILDING'));
  };
  // The projector sees a moment after the replay's end that its rows are on standby.
  while (await isUnfinished());
  expect(await total()).toBe(before);
}

describe('the replay desk', () => {
  test('changes nothing for support, and tells others nothing', async () => {
    for (const caller of [shopper, support]) {
      const answers = await Promise.all([
        caller.answer(documents.RebuildProjectionsDocument, named),
        caller.answer(documents.PromoteProjectionsDocument, named),
        caller.answer(documents.RollBackProjectionsDocument, named),
        caller.answer(documents.StopReplayDocument, {}),
        caller.answer(documents.DropOldGenerationsDocument, named),
        caller.answer(documents.PauseProjectionDocument, { input: { name: 'cart' } }),
        caller.answer(documents.ResumeProjectionDocument, { input: { name: 'cart' } }),
      ]);
      expect(new Set(answers.map(codeOf))).toEqual(new Set(['FORBIDDEN']));
    }
    const reads = await Promise.all([
      shopper.answer(documents.ReplaysDocument, {}),
      shopper.answer(documents.ImpactReportsDocument, {}),
    ]);
    expect(reads.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test(
    'corrects a price: rebuilds beside, reports in money, promotes, takes back, cleans up, is killed',
    async () => {
      const reportId = await rebuildsOnce();
      await reports(reportId);
      await promotesOnce();
      await rollsBackOnce();
      await tellsOfTheCommandLine();
      const { dropOldGenerations } = await admin.ask(documents.DropOldGenerationsDocument, named);
      const cart = dropOldGenerations.projections?.find(({ name }) => name === 'cart');
      expect(cart?.others).toEqual([]);
      await dropsWhatIsUnwanted();
      await survivesAKill();
    },
    patience,
  );

  test(
    'refuses a replay while another process replays, and asks that one to stop',
    async () => {
      const rows = await openRowStore({ dataDir: service.dataDir });
      const now = Date.now();
      // This process stands for a command that replays.
      const holder = { pid: process.pid, host: hostname(), startedAt: now, beatAt: now };
      try {
        expect(await rows.claimReplay(holder, () => false)).toBeNull();
        const { rebuildProjections } = await admin.ask(documents.RebuildProjectionsDocument, named);
        expect(rebuildProjections).toMatchObject({ replay: null, refusal: { code: 'HELD' } });
        expect(rebuildProjections.refusal?.message).toContain(`process ${process.pid}`);
        const { stopReplay } = await admin.ask(documents.StopReplayDocument, {});
        expect(stopReplay).toEqual({ stopped: true });
        expect(await rows.beatReplay(holder, now)).toBe(true);
      } finally {
        await rows.releaseReplay(holder);
        await rows.close();
      }
      const { stopReplay } = await admin.ask(documents.StopReplayDocument, {});
      expect(stopReplay).toEqual({ stopped: false });
    },
    patience,
  );

  test(
    'pauses and resumes a read model, which everybody on the staff sees at once',
    async () => {
      const changes = support.subscribe(documents.ProjectionsChangedDocument, {});
      const shownAs = async (isPaused: boolean) => {
        for (;;) {
          const { value } = await changes.next();
          const cart = value?.projectionsChanged.find(({ name }) => name === 'cart');
          if (cart?.isPaused === isPaused) return cart.state;
        }
      };
      expect(await shownAs(false)).toBe('LIVE');
      const input = { name: 'cart' };
      const paused = await admin.ask(documents.PauseProjectionDocument, { input });
      expect(paused.pauseProjection.projection).toMatchObject({ isPaused: true, state: 'STOPPED' });
      expect(await shownAs(true)).toBe('STOPPED');
      const resumed = await admin.ask(documents.ResumeProjectionDocument, { input });
      expect(resumed.resumeProjection.projection.isPaused).toBe(false);
      await shownAs(false);
      await changes.return(undefined);
      const unknown = await admin.answer(documents.PauseProjectionDocument, {
        input: { name: 'cats' },
      });
      expect(codeOf(unknown)).toBe('BAD_USER_INPUT');
    },
    patience,
  );
});
