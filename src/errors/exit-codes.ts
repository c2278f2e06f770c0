// The exit codes of the process.

export const EXIT = { done: 0, no: 1, usage: 2, unavailable: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
