import { useEffect, useState } from 'react';
import { AppHome } from './app-home.tsx';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { Modal } from './modal.tsx';
import { HOME, usePlace } from './place.ts';
import { post, sentence } from './requests.ts';
import { Sidebar } from './sidebar.tsx';
import { type Act, SurfaceContext, type Tell } from './surface.ts';
import { usePageState } from './use-page-state.ts';
import { useUnread } from './use-unread.ts';

/** The whole page: who you are, where you are, and what is said there. */
export function WorkspacePage() {
  const [place, goTo] = usePlace();
  const { state, trouble } = usePageState(place.user);
  const [failure, setFailure] = useState<string>();
  const view = place.view || (state?.channels[0]?.id ?? '');
  const unread = useUnread(state, view);

  // A complaint about what was done here says nothing about the next place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the change of place is the reason to run
  useEffect(() => setFailure(undefined), [place.user, view]);

  const tell: Tell = async (path, body) => {
    setFailure(undefined);
    return post(path, { user: place.user, ...body }).catch((error: unknown) => {
      setFailure(sentence(error));
    });
  };
  const act: Act = ({ entered, ...surface }, action) =>
    tell('actions', { ...surface, ...action, ...(entered ? { values: entered() } : {}) });

  if (!state) return <p className="waiting">{trouble ?? 'Opening the workspace …'}</p>;

  const problem =
    trouble ?? failure ?? (state.isConnected ? undefined : 'The app is not connected yet. Waiting for it …');
  const { person, people, channels } = state;
  const isArchived = channels.some(({ id, isArchived }) => id === view && isArchived);
  return (
    <SurfaceContext value={{ act, tell, person, people, channels }}>
      <div className="workspace">
        <p className="stand-in">Local workspace - this is not Slack</p>
        <Sidebar state={state} view={view} unread={unread} goTo={goTo} />
        <main className="main">
          {view === HOME ? (
            <AppHome home={state.home} isConnected={state.isConnected} open={() => tell('home', {})} key={person.id} />
          ) : (
            <Conversation state={state} id={view} key={view} />
          )}
          {problem && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          {isArchived && <p className="archived">This channel is archived. Nobody can write here.</p>}
          {view !== HOME && !isArchived && <Composer send={(text) => tell('commands', { text, channel: view })} />}
        </main>
        {state.modal && <Modal view={state.modal} key={state.modal.id} />}
      </div>
    </SurfaceContext>
  );
}
