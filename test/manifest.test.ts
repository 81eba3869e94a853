import { describe, expect, test } from 'vitest';
import { invalidManifest } from './support/slack-schemas/invalid-manifest.ts';
import { readManifest } from './support/slack-schemas/read-manifest.ts';

/** The shape that the changes below rely on. */
type Draft = {
  [section: string]: unknown;
  display_information: Record<string, unknown>;
  features: { slash_commands: Record<string, unknown>[]; bot_user: Record<string, unknown> };
  oauth_config: { scopes: { bot: string[] } };
  settings: Record<string, unknown> & { event_subscriptions: { bot_events: string[] } };
};

function reasonsAfter(change: (draft: Draft) => void): readonly string[] {
  // The manifest is YAML of unknown shape; a wrong shape fails the first test below.
  const draft = structuredClone(readManifest().whole) as Draft;
  change(draft);
  return invalidManifest(draft);
}

describe('the app manifest', () => {
  test('is accepted by Slack', () => {
    expect(invalidManifest(readManifest().whole)).toEqual([]);
  });

  test('asks for these scopes and no other', () => {
    expect(readManifest().scopes.toSorted()).toEqual([
      'channels:history',
      'chat:write',
      'commands',
      'groups:history',
      'im:history',
      'im:write',
      'users:read',
      'users:read.email',
    ]);
  });

  test('needs no public address', () => {
    const urls = JSON.stringify(readManifest().whole).match(/"(?:\w*_)?url"/g);
    expect(readManifest().whole).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(urls).toBeNull();
  });

  test('lets Slack turn a typed @name into an id', () => {
    expect(readManifest().whole).toMatchObject({ features: { slash_commands: [{ should_escape: true }] } });
  });
});

describe('the check of the manifest', () => {
  const command = (draft: Draft): Record<string, unknown> => draft.features.slash_commands[0] ?? {};

  test.each<[fault: string, change: (draft: Draft) => void, reason: string]>([
    [
      'a misspelt scope',
      (draft) => draft.oauth_config.scopes.bot.push('chat:wirte'),
      'oauth_config.scopes.bot[8]: "chat:wirte" is not known to Slack',
    ],
    [
      'a misspelt event',
      (draft) => draft.settings.event_subscriptions.bot_events.push('app_home_open'),
      'settings.event_subscriptions.bot_events[1]: "app_home_open" is not known to Slack',
    ],
    ['an unknown section', (draft) => Object.assign(draft, { setings: {} }), 'unknown key "setings"'],
    [
      'an unknown setting',
      (draft) => Object.assign(draft.settings, { socket_mode: true }),
      'settings: unknown key "socket_mode"',
    ],
    ['a missing name', (draft) => delete draft.display_information.name, 'display_information: "name" is missing'],
    [
      'a name of 36 characters',
      (draft) => Object.assign(draft.display_information, { name: 'x'.repeat(36) }),
      'display_information.name: 36 characters, at most 35',
    ],
    [
      'a short long description',
      (draft) => Object.assign(draft.display_information, { long_description: 'x'.repeat(174) }),
      'display_information.long_description: 174 characters, at least 175',
    ],
    [
      'a color by name',
      (draft) => Object.assign(draft.display_information, { background_color: 'navy' }),
      'display_information.background_color: navy is no color',
    ],
    [
      'a bot without a name',
      (draft) => delete draft.features.bot_user.display_name,
      'features.bot_user: "display_name" is missing',
    ],
    [
      'a command without a slash',
      (draft) => Object.assign(command(draft), { command: 'quota' }),
      'features.slash_commands[0].command: quota must be /word',
    ],
    [
      'a command without a description',
      (draft) => delete command(draft).description,
      'features.slash_commands[0]: "description" is missing',
    ],
  ])('catches %s', (_, change, reason) => {
    expect(reasonsAfter(change)).toEqual([reason]);
  });
});
