// E-mail addresses as the service compares them.

/** Mail systems hardly ever tell letters' case apart, so `Ann@Example.org` is `ann@example.org`. */
export function normalizedAddress(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
