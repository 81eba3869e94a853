import { createEmulator } from 'emulate';
import { CHANNELS } from './channels.ts';
import { type Answer, type Fields, refusal } from './fields.ts';
import { BOT, LEAVERS, PEOPLE, TEAM } from './people.ts';

/** Slack's Web API as an independent implementation understands it. Its ids and its memory last for one run. */
export interface Emulator {
  /** Calls a method as the bot, with the emulator's own ids. */
  call(method: string, args: Fields): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts it on a free loopback port, with the people and the channels of the workspace. */
export async function startEmulator(botToken: string): Promise<Emulator> {
  const emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: seed(botToken) } });
  const apiUrl = new URL('/api/', emulator.url);
  apiUrl.hostname = '127.0.0.1';

  async function call(method: string, args: Fields): Promise<Answer> {
    const response = await fetch(new URL(method, apiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    if (response.status === 404) return refusal('unknown_method', { req_method: method });
    // Trusted as the emulator's contract: every method answers an object with `ok`.
    return (await response.json()) as Answer;
  }

  return { call, close: () => emulator.close() };
}

/** Token and app must name the bot as their user, or `auth.test` would say that the bot is a person. */
function seed(botToken: string): Fields {
  const bot = { app_id: BOT.appId, bot_id: BOT.botId, bot_user_id: BOT.userId };
  return {
    team: { name: 'Local workspace', domain: TEAM.domain },
    users: [...PEOPLE, ...LEAVERS].map((person) => ({
      name: person.name,
      real_name: person.realName,
      email: person.email,
      is_admin: person.isAdmin,
    })),
    channels: CHANNELS.map(({ name, topic }) => ({ name, topic })),
    oauth_apps: [
      { ...bot, client_id: 'local', client_secret: 'local', name: BOT.realName, bot_name: BOT.name, redirect_uris: [] },
    ],
    tokens: [{ ...bot, token: botToken, type: 'bot', user_id: BOT.userId, client_id: 'local' }],
  };
}
