// Where events stand on the track, and how their totals are drawn.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  areaUnder,
  placeOf,
  revisionAt,
  totalLine,
  type Track,
} from '../../../web/app/history/track-geometry.js';

const begin = Date.parse('2026-11-02T08:00:00.000Z');

/** Events whose times never decrease; gaps of 0 are events of one instant. */
const tracks = (scale: Track['scale']) =>
  fc
    .array(fc.record({ gap: fc.nat({ max: 5_000 }), total: fc.nat({ max: 1e9 }) }), {
      minLength: 1,
      maxLength: 60,
    })
    .map((events): Track => {
      let at = begin;
      const points = events.map(({ gap, total }, revision) => {
        at += revision === 0 ? 0 : gap;
        return { at, total };
      });
      return { points, scale, begin };
    });

describe('a place on the track', () => {
  test('leads back to its event, where every event is alike', () => {
    fc.assert(
      fc.property(tracks('revision'), (track) => {
        track.points.forEach((_point, revision) => {
          expect(revisionAt(track, placeOf(track, revision)!)).toBe(revision);
        });
      }),
    );
  });

  test('leads in real time to the last event of the nearest instant', () => {
    fc.assert(
      fc.property(tracks('time'), fc.double({ min: 0, max: 1, noNaN: true }), (track, place) => {
        const end = track.points.at(-1)!.at;
        fc.pre(end > begin);
        const wanted = begin + place * (end - begin);
        const found = track.points[revisionAt(track, place)]!;
        const distance = Math.abs(found.at - wanted);
        for (const point of track.points) {
          expect(Math.abs(point!.at - wanted)).toBeGreaterThanOrEqual(distance - 1e-6);
        }
      }),
    );
  });

  test.each([-5, 0, 1, 7])('of %p is one of the events', (place) => {
    const points = [1, 2, 3].map((total) => ({ at: begin + total, total }));
    for (const scale of ['revision', 'time'] as const) {
      expect([0, 1, 2]).toContain(revisionAt({ points, scale, begin }, place));
    }
  });

  test('is not known in real time before its event is loaded', () => {
    const track = {
      points: [undefined, { at: begin + 9, total: 1 }],
      scale: 'time',
      begin,
    } as const;
    expect(placeOf(track, 0)).toBeUndefined();
    expect(placeOf(track, 1)).toBe(1);
    expect(revisionAt(track, 0)).toBe(1);
  });
});

describe('the line of totals', () => {
  test('stays within its frame and does not grow with the number of events', () => {
    const frame = { width: 500, height: 100 };
    const points = Array.from({ length: 10_000 }, (_, revision) => ({
      at: begin + revision,
      total: (revision * 7_919) % 10_007,
    }));
    for (const scale of ['revision', 'time'] as const) {
      const line = totalLine({ points, scale, begin }, frame)!;
      const heights = [...line.matchAll(/V([\d.]+)/g)].map(([, y]) => Number(y));
      expect(Math.min(...heights)).toBe(0);
      expect(Math.max(...heights)).toBeLessThanOrEqual(frame.height);
      expect(heights.length).toBeLessThan(4 * 2.5 * frame.width);
    }
  });

  test('goes in steps: a total holds until the next event', () => {
    const points = [0, 10, 5].map((total, index) => ({ at: begin + index, total }));
    const track = { points, scale: 'revision', begin } as const;
    const line = totalLine(track, { width: 100, height: 50 })!;
    expect(line).toBe('M0 50H0V50H50V0H100V25H114');
    expect(areaUnder(line, { width: 100, height: 50 })).toBe(`${line}V50H0Z`);
  });

  test('is none without events', () => {
    const frame = { width: 10, height: 10 };
    expect(totalLine({ points: [], scale: 'time', begin }, frame)).toBeUndefined();
    const unloaded = { points: [undefined], scale: 'time', begin } as const;
    expect(totalLine(unloaded, frame)).toBeUndefined();
  });
});
