import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import type { Roles } from '../roles.ts';
import type { Message } from '../views/blocks.ts';
import { adminsOnlyAnswer } from '../views/refusals.ts';
import { sampleAnswer } from '../views/sample-answer.ts';

export interface SampleDeps {
  readonly store: Pick<Store, 'notices' | 'audit' | 'transaction'>;
  readonly roles: Pick<Roles, 'isAdmin'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
  /** Where alerts go by now. */
  readonly alertChannel: () => string;
}

/** `/quota test`: an admin sees where alerts arrive. */
export function sampleAnswerer({ store, roles, clock, log, alertChannel }: SampleDeps) {
  return async (asker: string): Promise<Message> => {
    if (!(await roles.isAdmin(asker))) return adminsOnlyAnswer('/quota test');
    const now = clock.now();
    const channel = alertChannel();
    store.transaction(() => {
      store.notices.add({
        subject: { of: 'sample', sample: String(now) },
        audience: 'channel',
        form: 'message',
        reason: 'opened',
        severity: 'info',
        decidedAt: now,
        dueAt: now,
      });
      store.audit.add({ at: now, by: asker, action: 'sample_sent', detail: channel });
    });
    log.info({ by: asker }, 'sample alert asked for');
    return sampleAnswer(channel);
  };
}
