// Marks a branch that the types rule out. The compiler checks the claim; at run time it throws.

export function assertNever(impossible: never): never {
  throw new Error(`Impossible case: ${JSON.stringify(impossible)}`);
}
