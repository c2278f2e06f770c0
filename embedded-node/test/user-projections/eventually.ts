// Asks until the answer is as wanted.
const PAUSE_MS = 20;
const LIMIT_MS = 45_000;

export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const endMs = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > endMs) {
      const seen = JSON.stringify(answer, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      throw new Error(`It did not come to that: ${seen}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
