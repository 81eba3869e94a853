import type { PageChannel, PageState } from '../page-state.ts';
import { Menu, type MenuItem } from './menu.tsx';
import { usePage } from './surface.ts';

interface Props {
  readonly state: PageState;
  /** Undefined for the direct message. */
  readonly channel: PageChannel | undefined;
}

/** Where the person is, and what can be done to the place. */
export function ConversationTitle({ state, channel }: Props) {
  const troubles = useTroubles(state, channel);
  return (
    <header className="title">
      <h2>{channel ? `# ${channel.name}` : state.botName}</h2>
      <p>{channel ? channel.topic : `Direct message to ${state.person.realName}`}</p>
      {channel?.isArchived && <span className="tag">archived</span>}
      {state.refusedBlocks.map((type) => (
        <span key={type} className="tag">
          {NAMES[type] ?? type} refused
        </span>
      ))}
      {troubles.length > 0 && <Menu label="See the app in trouble" className="title-menu" items={troubles} />}
    </header>
  );
}

/** Blocks that Slack brings to workspaces little by little. */
const NAMES: Readonly<Record<string, string>> = { data_visualization: 'charts', table: 'tables' };

/** What can go wrong in a real workspace, to be tried here. */
function useTroubles({ person, refusedBlocks }: PageState, channel: PageChannel | undefined): readonly MenuItem[] {
  const { tell } = usePage();
  if (!channel || !person.isAdmin) return [];
  const { id, isArchived } = channel;
  const archiving = {
    key: 'archive',
    text: isArchived ? 'Bring this channel back' : 'Archive this channel',
    pick: () => tell(isArchived ? 'channels/unarchive' : 'channels/archive', { channel: id }),
  };
  const refusing = Object.entries(NAMES).map(([type, name]) => {
    const isRefused = refusedBlocks.includes(type);
    const types = isRefused ? refusedBlocks.filter((one) => one !== type) : [...refusedBlocks, type];
    return {
      key: type,
      text: isRefused ? `Accept ${name} again` : `Refuse ${name} from now on`,
      pick: () => tell('blocks/refuse', { types }),
    };
  });
  return [archiving, ...refusing];
}
