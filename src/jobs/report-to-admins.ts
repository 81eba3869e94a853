import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { DAY_MS, plus } from '../model/time.ts';
import type { AdminProblem } from '../store/admin-report-store.ts';
import type { Store } from '../store/store.ts';

export interface ReportToAdminsDeps {
  readonly store: Pick<Store, 'adminReports' | 'notices' | 'transaction'>;
  /** Slack user ids. Throws when Slack cannot be asked. */
  readonly admins: () => Promise<readonly string[]>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

export type ReportToAdmins = (problem: AdminProblem) => Promise<void>;

/** Told again when nobody mended it for so long. */
const AGAIN_MS = DAY_MS;

/** Writes to each admin what keeps the program from its work, once a day for each problem; where Slack is away, the next occasion tries again. */
export function createReportToAdmins({ store, admins, clock, log }: ReportToAdminsDeps): ReportToAdmins {
  return async (problem) => {
    if (store.adminReports.isKnown(problem, plus(clock.now(), -AGAIN_MS))) return;
    const recipients = await askWho();
    // Asking took time: the same problem may have come by another way.
    if (recipients.length === 0 || store.adminReports.isKnown(problem, plus(clock.now(), -AGAIN_MS))) return;
    const now = clock.now();
    store.transaction(() => {
      const report = store.adminReports.add(problem, now);
      for (const recipient of recipients) {
        store.notices.add({
          subject: { of: 'admin_report', report },
          audience: 'admin',
          recipient,
          form: 'message',
          reason: 'opened',
          severity: 'critical',
          decidedAt: now,
          dueAt: now,
        });
      }
    });
  };

  async function askWho(): Promise<readonly string[]> {
    try {
      return await admins();
    } catch (err) {
      log.warn({ err }, 'nobody knows who the admins are');
      return [];
    }
  }
}
