// Plants in how read models are filled and swapped.
import type { Statements } from '../../../src/read-models/database.js';
import { projections } from '../running.js';
import { projectionFor } from '../../../src/projections/registry.js';
import { altered, noPlant, type Plant } from './plant.js';

type Written = Parameters<Statements['putRows']>;

/** A crash between the two transactions would lose the rows. */
const commitsCheckpointsFirst: Plant = {
  ...noPlant,
  name: 'commits a checkpoint before its rows',
  database: (database) =>
    altered(database, {
      transaction: async (work) => {
        const late: Written[] = [];
        const result = await database.transaction((statements) =>
          work(
            altered(statements, {
              putRows: (...written: Written) => {
                late.push(written);
                return Promise.resolve();
              },
            }),
          ),
        );
        if (late.length > 0) {
          await database.transaction(async (statements) => {
            for (const written of late) await statements.putRows(...written);
          });
        }
        return result;
      },
    }),
};

/** It fills up to where the projector was when it began, and joins as if that were still so. */
const swapsTooEarly: Plant = {
  ...noPlant,
  name: 'puts a rebuild on standby before it has caught up',
  rows: (rows) =>
    altered(rows, {
      fill: (_changes, checkpoint, skipped, holder) => rows.fill([], checkpoint, skipped, holder),
      join: (building, holder) =>
        rows.join(building, holder, (checkpoint) => {
          const changes = building.map((generation) => {
            const projection = projectionFor(projections, generation);
            if (projection === undefined) throw new RangeError('It cannot be rebuilt');
            return {
              generation: { ...generation, checkpoint },
              table: projection.table,
              rows: new Map(),
            };
          });
          return Promise.resolve({ changes, skipped: [] });
        }),
    }),
};

const projectsWithoutTheRole: Plant = {
  ...noPlant,
  name: 'projects without holding the role',
  role: (role) =>
    altered(role, {
      term: undefined,
      hold: () => Promise.resolve(new AbortController().signal),
    }),
};

/** What was computed twice is taken for what was committed once. */
const losesARow: Plant = {
  ...noPlant,
  name: 'leaves the last row of a batch out',
  database: (database) =>
    altered(database, {
      transaction: (work) =>
        database.transaction((statements) =>
          work(
            altered(statements, {
              putRows: (table, definition, rows) =>
                statements.putRows(table, definition, rows.length > 3 ? rows.slice(0, -1) : rows),
            }),
          ),
        ),
    }),
};

export const rowPlants: readonly Plant[] = [
  commitsCheckpointsFirst,
  swapsTooEarly,
  projectsWithoutTheRole,
  losesARow,
];
