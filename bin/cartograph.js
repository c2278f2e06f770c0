#!/usr/bin/env node
// The command line's entry: checks the Node version, builds what changed, then hands over to the
// bundled program. It is plain JavaScript because nothing may be compiled yet when it runs.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Cartograph needs Node 24 or newer and was started by Node ${process.versions.node}. ` +
      'Run it through npm (npm start, npm run -s cartograph), which brings its own, or install Node 24.',
  );
  process.exit(3);
}
await import('../scripts/ensure-built.js');
await import('../dist/program/cartograph.js');
