// Mails as files, one a mail, for a service without an SMTP server. Carrying one again replaces it.
import { hash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailCarrier, ReadyMail } from './carrier.js';

export class EmlFolder implements MailCarrier {
  constructor(private readonly folder: string) {}

  async carry({ messageId, content }: ReadyMail): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.pathOf(messageId);
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async forget(messageId: string): Promise<void> {
    for (const end of ['', '.new']) await rm(`${this.pathOf(messageId)}${end}`, { force: true });
  }

  private pathOf(messageId: string): string {
    return join(this.folder, `${hash('sha256', messageId, 'hex').slice(0, 32)}.eml`);
  }
}
