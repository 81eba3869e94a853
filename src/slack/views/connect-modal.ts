import type { ModalView } from '@slack/types';
import { type ConnectView, connectAnswer } from './connect-answer.ts';

/** What `/quota connect` answers, as App Home shows it; whether to be named is asked in App Home itself. */
export function connectModal(view: Omit<ConnectView, 'hasConsented'>): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Connect Claude Code' },
    close: { type: 'plain_text', text: 'Done' },
    blocks: connectAnswer({ ...view, hasConsented: undefined }).blocks,
  };
}
