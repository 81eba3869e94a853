import { randomUUID } from 'node:crypto';
import { conversationName } from './channels.ts';
import type { Fields } from './fields.ts';
import { BOT, type Person, TEAM } from './people.ts';
import type { PostedMessage, View } from './workspace-state.ts';

/** What Slack sends when somebody types a slash command. */
export function slashCommand(typed: {
  readonly person: Person;
  readonly channel: string;
  readonly command: string;
  readonly text: string;
  readonly triggerId: string;
  readonly responseUrl: string;
}): Fields {
  return {
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: typed.channel,
    channel_name: conversationName(typed.channel),
    user_id: typed.person.id,
    user_name: typed.person.name,
    command: typed.command,
    text: typed.text,
    api_app_id: BOT.appId,
    is_enterprise_install: 'false',
    response_url: typed.responseUrl,
    trigger_id: typed.triggerId,
  };
}

/** Where a click happened. */
export type ClickedSurface =
  | { readonly message: PostedMessage; readonly responseUrl: string }
  | { readonly view: View };

/** What Slack sends when somebody uses a button or a menu. */
export function blockActions(click: {
  readonly person: Person;
  readonly surface: ClickedSurface;
  readonly action: Fields;
  /** What every input of the surface holds, by block id and action id. */
  readonly values: Fields;
  readonly triggerId: string;
}): Fields {
  const { surface, values } = click;
  return {
    ...interaction('block_actions', click.person),
    trigger_id: click.triggerId,
    ...('view' in surface
      ? onView({ ...surface.view, state: { values } })
      : { ...onMessage(surface), state: { values } }),
    actions: [{ ...click.action, action_ts: (Date.now() / 1000).toFixed(6) }],
  };
}

/** What Slack sends when somebody submits a modal, or closes one that asked to be told. */
export function viewEvent(type: 'view_submission' | 'view_closed', person: Person, view: View): Fields {
  return {
    ...interaction(type, person),
    view,
    ...(type === 'view_closed' ? { is_cleared: false } : { response_urls: [] }),
  };
}

/** What Slack sends when somebody looks at the App Home. */
export function homeOpened(person: Person, home: View | undefined): Fields {
  const now = Math.floor(Date.now() / 1000);
  return {
    type: 'event_callback',
    team_id: TEAM.id,
    api_app_id: BOT.appId,
    event_id: `Ev${randomUUID().replaceAll('-', '')}`,
    event_time: now,
    authorizations: [{ enterprise_id: null, team_id: TEAM.id, user_id: BOT.userId, is_bot: true }],
    event: {
      type: 'app_home_opened',
      user: person.id,
      channel: person.directMessage,
      tab: 'home',
      event_ts: `${now}.000000`,
      ...(home ? { view: home } : {}),
    },
  };
}

function interaction(type: string, person: Person): Fields {
  return {
    type,
    user: { id: person.id, username: person.name, name: person.name, team_id: TEAM.id },
    team: { id: TEAM.id, domain: TEAM.domain },
    api_app_id: BOT.appId,
    enterprise: null,
    is_enterprise_install: false,
  };
}

function onView(view: View): Fields {
  return { container: { type: 'view', view_id: view.id }, view };
}

/** As in Slack, an ephemeral message is only pointed at: its content is not sent along. */
function onMessage({ message, responseUrl }: { message: PostedMessage; responseUrl: string }): Fields {
  const { channel, only_for, ...content } = message;
  const isEphemeral = only_for !== undefined;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel,
      is_ephemeral: isEphemeral,
      ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    },
    channel: { id: channel, name: conversationName(channel) },
    ...(isEphemeral ? {} : { message: { type: 'message', user: BOT.userId, bot_id: BOT.botId, ...content } }),
    response_url: responseUrl,
  };
}
