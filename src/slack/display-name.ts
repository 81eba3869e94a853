import type { Developer } from '../model/developer.ts';
import { escapeText } from './views/escape-text.ts';

export type ChannelNames = 'consent' | 'always' | 'never';

/** Where nobody may be named. */
export const UNNAMED = 'A developer';

/** Whether the channel may name this developer. */
export function mayName(developer: Developer, channelNames: ChannelNames): boolean {
  if (channelNames === 'consent') return developer.hasConsentedToNames;
  return channelNames === 'always';
}

/** How a channel speaks of a developer: a mention where Slack knows them, so that they are told at once. */
export function displayName(developer: Developer | undefined, channelNames: ChannelNames): string {
  if (!developer || !mayName(developer, channelNames)) return UNNAMED;
  if (developer.slackUser !== undefined) return `<@${developer.slackUser}>`;
  // The channel gets no address: the part before the @ is how colleagues call each other.
  return escapeText(developer.name ?? developer.email?.split('@')[0] ?? '') || UNNAMED;
}
