// What the node tells, in single lines, beside its answers.
export type Reported = 'damage' | 'upgrade' | 'groups';
/** Receives single lines about damage, slow steps, files left behind and lost groups. */
export type Report = (line: string, what: Reported) => void;

export const toStandardError: Report = (line) => process.stderr.write(`${line}\n`);
