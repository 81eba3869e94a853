import { useEffect } from 'react';
import type { View } from '../workspace-state.ts';
import { Blocks } from './blocks.tsx';

interface Props {
  readonly home: View | undefined;
  readonly isConnected: boolean;
  /** Tells the app that somebody looks. */
  readonly open: () => void;
}

/** The app's own page for one person; the app draws it anew whenever it is opened. */
export function AppHome({ home, isConnected, open }: Props) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once per look, not once per drawing
  useEffect(() => {
    if (isConnected) open();
  }, [isConnected]);
  return (
    <>
      <header className="title">
        <h2>App Home</h2>
        <p>What Quota Watch shows to you alone</p>
      </header>
      <div className="messages home">
        {home ? <Blocks blocks={home.blocks} surface={{}} /> : <p className="empty">The app has not drawn it yet.</p>}
      </div>
    </>
  );
}
