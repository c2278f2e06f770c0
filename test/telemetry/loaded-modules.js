// Preloaded into a service: tells on stderr each module of OpenTelemetry's SDK that is loaded. The
// API has no SDK behind it, and prom-client loads it.
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';

registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\/(@opentelemetry\/[^/]+)\//.exec(url) ?? [];
    if (name !== undefined && name !== '@opentelemetry/api') writeSync(2, `loaded ${name}\n`);
    return next(url, context);
  },
});
