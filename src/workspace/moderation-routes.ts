import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Moderation } from './moderation.ts';
import type { Person } from './people.ts';
import type { PostedMessage } from './workspace-state.ts';

const MessageBody = z.strictObject({ user: z.string(), channel: z.string(), ts: z.string() });
const ChannelBody = z.strictObject({ user: z.string(), channel: z.string() });
const BlocksBody = z.strictObject({ user: z.string(), types: z.array(z.string()) });

/** What the routes need to know of the others. Both throw a RequestError for what is not there. */
export interface ModerationRouteParts {
  readonly moderation: Moderation;
  readonly personNamed: (name: string) => Person;
  readonly messageFor: (person: Person, channel: string, ts: string) => PostedMessage;
}

/** What an admin, or whoever wants to see the app in trouble, can do to the workspace. */
export function addModerationRoutes(
  app: Pick<FastifyInstance, 'post'>,
  { moderation, personNamed, messageFor }: ModerationRouteParts,
): void {
  app.post('/messages/delete', async ({ body }) => {
    const { user, channel, ts } = MessageBody.parse(body);
    const person = personNamed(user);
    await moderation.remove(person, messageFor(person, channel, ts));
    return {};
  });
  app.post('/channels/archive', async ({ body }) => {
    const { user, channel } = ChannelBody.parse(body);
    await moderation.archive(personNamed(user), channel);
    return {};
  });
  app.post('/channels/unarchive', async ({ body }) => {
    const { user, channel } = ChannelBody.parse(body);
    await moderation.unarchive(personNamed(user), channel);
    return {};
  });
  app.post('/blocks/refuse', async ({ body }) => {
    moderation.refuseBlocks(BlocksBody.parse(body).types);
    return {};
  });
}
