import type { HomeView } from '@slack/types';
import { context, header } from './blocks.ts';
import { quotaBlocks } from './quota-answer.ts';
import type { QuotaReport } from './quota-report.ts';

/** App Home: the same answer as `/quota`. */
export function appHome(report: QuotaReport): HomeView {
  return {
    type: 'home',
    blocks: [
      header('Your Claude Code quota'),
      ...quotaBlocks(report),
      context('`/quota help` tells what else I can answer.'),
    ],
  };
}
