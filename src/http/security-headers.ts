// The security headers of every answer. Pages run only scripts and styles that this service serves.

const policyOf = (directives: Readonly<Record<string, string>>) =>
  Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');

const strict = {
  'default-src': "'self'",
  'script-src': "'self'",
  'worker-src': "'none'",
  'style-src': "'self'",
  // A product's image may be anywhere.
  'img-src': "'self' data: https:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

export const securityHeaders: Readonly<Record<string, string>> = {
  // Pages and files say otherwise. A cache between keeps a GET without this header, and knows of
  // `authorization` that the answer is for one caller, but not of `x-cart-token`.
  'cache-control': 'no-store',
  'content-security-policy': policyOf(strict),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** The playground's editor starts workers from blobs, and writes styles and fonts into the page. */
export const playgroundPolicy = policyOf({
  ...strict,
  'worker-src': "'self' blob:",
  'style-src': "'self' 'unsafe-inline'",
  'font-src': "'self' data:",
});
