// The reactions that all instances share, as the command line knows them.
import { mailKind } from '../mail/mail-runner.js';
import { webhookKind } from '../webhooks/webhook-runner.js';

export const sharedKinds = [mailKind, webhookKind] as const;
