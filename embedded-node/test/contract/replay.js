// Starts the replayer from its TypeScript; it needs Node 22.18 or newer, and no build.
import './replayer/run-typescript.js';

await import('./replay.ts');
