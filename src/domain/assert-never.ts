// Where the types say that nothing can be left, this makes the compiler check it and a defect loud.

export function assertNever(impossible: never): never {
  throw new Error(`Impossible case: ${JSON.stringify(impossible)}`);
}
