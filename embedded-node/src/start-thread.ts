// Starts the threads of a node. The package has them as JavaScript. A node that runs from its
// TypeScript source, as in tests, has no JavaScript beside it: then its threads load the source.
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Node removes the types itself; it only has to find the `.ts` that a `.js` is made of. */
const FINDS_SOURCE = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^[.][^]*[.]js$/.test(specifier)) throw error;
        return next(specifier.replace(/[.]js$/, '.ts'), context);
      }
    },
  });`;

/**
 * A thread has none of the program's `execArgv`: `--input-type` ends a thread that has a file, and
 * what `--import` loads for the program delays it.
 *
 * @param module the thread's built file, relative to its starter
 * @param starter `import.meta.url` of the module that starts it
 */
export function startThread(module: string, starter: string, options: WorkerOptions): Worker {
  const built = new URL(module, starter);
  if (!starter.endsWith('.ts')) return new Worker(built, { ...options, execArgv: [] });
  const source = new URL(built.href.replace(/\.js$/, '.ts'));
  const hook = `data:text/javascript,${encodeURIComponent(FINDS_SOURCE)}`;
  const execArgv = ['--no-warnings', '--experimental-transform-types', '--import', hook];
  return new Worker(source, { ...options, execArgv });
}
