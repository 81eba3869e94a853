import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** The parts of the app's manifest that code must agree with, and the whole of it. */
export type AppManifest = {
  readonly whole: unknown;
  readonly commands: readonly string[];
  readonly botEvents: readonly string[];
  readonly scopes: readonly string[];
};

/** Reads `manifest.yml`; throws when it is no YAML or lacks a part. */
export function readManifest(): AppManifest {
  const whole: unknown = parse(readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8'));
  const { features, oauth_config, settings } = parts.parse(whole);
  return {
    whole,
    commands: features.slash_commands.map(({ command }) => command),
    botEvents: settings.event_subscriptions.bot_events,
    scopes: oauth_config.scopes.bot,
  };
}

const parts = z.object({
  features: z.object({ slash_commands: z.array(z.object({ command: z.string() })) }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});
