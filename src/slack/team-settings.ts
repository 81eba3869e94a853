import type { ModalView } from '@slack/types';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { Roles } from './roles.ts';
import { changedSettings, readSettingsForm, type SettingsForm } from './settings-form.ts';
import { type DefaultChannels, settingsModal } from './views/settings-modal.ts';
import { settingsChanges, settingsRefused, settingsSaved } from './views/settings-saved.ts';

export interface TeamSettingsDeps {
  readonly store: Pick<Store, 'settings' | 'audit' | 'notices' | 'transaction'>;
  readonly roles: Pick<Roles, 'isAdmin'>;
  /** Those of the environment. */
  readonly channels: DefaultChannels;
  /** The team's zone. */
  readonly zone: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
}

/** How Slack is told what became of a form. */
export type FormAnswer =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update'; readonly view: ModalView };

export type TeamSettings = ReturnType<typeof createTeamSettings>;

/** What admins choose for the team, in a form. */
export function createTeamSettings({ store, roles, channels, zone, clock, log }: TeamSettingsDeps) {
  return {
    form: (): ModalView => settingsModal({ settings: store.settings.current(), channels, zone }),

    /** Saves what was changed in a form, with an audit row of it. Sending it twice, or from two places, changes nothing more. */
    async save(form: SettingsForm, by: string): Promise<FormAnswer> {
      if (!(await roles.isAdmin(by))) return { response_action: 'update', view: settingsRefused() };
      const wish = readSettingsForm(form, channels);
      if (wish.is === 'wrong') return { response_action: 'errors', errors: wish.errors };
      return store.transaction(() => {
        const before = store.settings.current();
        const after = changedSettings({ ...wish, current: before });
        const changes = settingsChanges(before, after, channels);
        if (changes.length > 0) {
          store.settings.save(after);
          store.notices.releaseHeld(clock.now());
          store.audit.add({ at: clock.now(), by, action: 'settings_changed', detail: changes.join('; ') });
          log.info({ by, changes }, 'settings changed');
        }
        return { response_action: 'update', view: settingsSaved(before, after, channels) };
      });
    },
  };
}
