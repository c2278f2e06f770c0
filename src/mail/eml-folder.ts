// Mails as files, one a mail, for a service without an SMTP server. Carrying one again replaces it.
import { hash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../files/write-whole.js';
import type { MailCarrier, ReadyMail } from './carrier.js';

export class EmlFolder implements MailCarrier {
  constructor(private readonly folder: string) {}

  async carry({ messageId, content }: ReadyMail): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeWhole(this.pathOf(messageId), content);
  }

  async forget(messageId: string): Promise<void> {
    for (const end of ['', '.new']) await rm(`${this.pathOf(messageId)}${end}`, { force: true });
  }

  private pathOf(messageId: string): string {
    return join(this.folder, `${hash('sha256', messageId, 'hex').slice(0, 32)}.eml`);
  }
}
