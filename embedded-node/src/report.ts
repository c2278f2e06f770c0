// What the node tells, in single lines, beside its answers.
export type Reported = 'damage' | 'upgrade';
/** Receives single lines about damage, slow steps and files left behind. */
export type Report = (line: string, what: Reported) => void;

export const toStandardError: Report = (line) => process.stderr.write(`${line}\n`);
