import type { PageState } from '../page-state.ts';
import { BotIcon } from './bot-icon.tsx';
import { HOME, type Place } from './place.ts';

interface Props {
  readonly state: PageState;
  readonly view: string;
  readonly unread: (conversation: string) => number;
  readonly goTo: (place: Place) => void;
}

interface Destination {
  readonly view: string;
  readonly label: string;
  readonly isDirect?: boolean;
  readonly isArchived?: boolean;
}

/** Who you are, and where you can go; a bar on top of a narrow screen. */
export function Sidebar({ state, view, unread, goTo }: Props) {
  const { person, people, channels, botName } = state;
  const places: readonly Destination[] = [
    ...channels.map(({ id, name, isArchived }) => ({ view: id, label: `# ${name}`, isArchived })),
    { view: person.directMessage, label: botName, isDirect: true },
    { view: HOME, label: 'App Home' },
  ];
  // A direct message belongs to one person: whoever comes next sees their own.
  const viewFor = (directMessage: string) => (view === person.directMessage ? directMessage : view);

  return (
    <aside className="sidebar">
      <h1 className="brand">
        <BotIcon />
        <span>Quota Watch</span>
      </h1>
      <fieldset className="people">
        <legend>You are</legend>
        {people.map(({ name, realName, isAdmin, directMessage }) => (
          <label key={name} className="person">
            <input
              type="radio"
              name="person"
              checked={name === person.name}
              onChange={() => goTo({ user: name, view: viewFor(directMessage) })}
            />
            <span className="avatar" aria-hidden="true">
              {realName.charAt(0)}
            </span>
            <span className="name">{realName}</span>
            {isAdmin && <span className="tag">admin</span>}
          </label>
        ))}
      </fieldset>
      <nav className="places" aria-label="Conversations">
        {places.map((place) => (
          <button
            key={place.view}
            type="button"
            aria-current={place.view === view ? 'page' : undefined}
            data-archived={place.isArchived}
            onClick={() => goTo({ user: person.name, view: place.view })}
          >
            {place.isDirect && <span className="presence" data-online={state.isConnected} title="Direct message" />}
            <span>{place.label}</span>
            {unread(place.view) > 0 && <span className="unread">{unread(place.view)}</span>}
          </button>
        ))}
      </nav>
    </aside>
  );
}
