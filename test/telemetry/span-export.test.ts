// What becomes of ended spans when the collector does not take them.
import { expect, test } from '@jest/globals';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { Outage } from '../../src/telemetry/outage.js';
import { SpanExport } from '../../src/telemetry/span-export.js';

/** An exporter that answers when the test says so. */
function heldExporter() {
  const answers: ((result: ExportResult) => void)[] = [];
  let heard = () => {};
  const exporter: SpanExporter = {
    export: (_spans, done) => {
      answers.push(done);
      heard();
    },
    shutdown: () => Promise.resolve(),
  };
  const asked = async (count: number) => {
    while (answers.length < count) await new Promise<void>((resolve) => (heard = resolve));
  };
  return { exporter, answers, asked };
}

function exporting(queueSize: number) {
  const told: string[] = [];
  const outage = new Outage(
    { warn: ({ reason }) => told.push(`warn ${String(reason)}`), info: () => told.push('over') },
    'spans',
  );
  const held = heldExporter();
  const spans = new SpanExport(held.exporter, { delayMs: 1, queueSize }, outage);
  const tracer = new TracerProvider({ spanProcessors: [spans] }).getTracer('test');
  const end = (count: number) => {
    for (let n = 0; n < count; n += 1) tracer.startSpan('work').end();
  };
  return { ...held, spans, told, end };
}

const taken = { code: ExportResultCode.SUCCESS };
const refused = { code: ExportResultCode.FAILED, error: new Error('no route') };

test('spans that the collector takes are counted', async () => {
  const { spans, answers, asked, end, told } = exporting(10);
  end(3);
  await asked(1);
  expect([spans.counts, spans.unsent]).toEqual([{ exported: 0, dropped: 0 }, 3]);
  answers[0]!(taken);
  expect([spans.counts, spans.unsent]).toEqual([{ exported: 3, dropped: 0 }, 0]);
  expect(told).toEqual([]);
});

test('while an export is under way, more than the queue holds are dropped and counted', async () => {
  const { spans, asked, answers, end, told } = exporting(4);
  end(4);
  await asked(1);
  end(9);
  expect(spans.counts).toEqual({ exported: 0, dropped: 5 });
  expect(spans.unsent).toBe(8);
  answers[0]!(taken);
  await asked(2);
  answers[1]!(taken);
  expect(spans.counts).toEqual({ exported: 8, dropped: 5 });
  expect(told).toEqual(['warn too many spans wait', 'over']);
});

test('an outage is told when it begins and when it is over', async () => {
  const { spans, asked, answers, end, told } = exporting(10);
  for (let round = 1; round <= 3; round += 1) {
    end(2);
    await asked(round);
    answers[round - 1]!(refused);
  }
  expect(spans.counts).toEqual({ exported: 0, dropped: 6 });
  end(1);
  await asked(4);
  answers[3]!(taken);
  expect(spans.counts).toEqual({ exported: 1, dropped: 6 });
  expect(told).toEqual(['warn no route', 'over']);
});
