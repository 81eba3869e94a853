import { useEffect, useState } from 'react';

/** Where somebody is: who they are, and a conversation id or `home`. */
export interface Place {
  readonly user: string;
  readonly view: string;
}

/** The App Home's name among the conversations. */
export const HOME = 'home';

/** The place named by the address (`#/ada/home`), so that a reload and the back button keep it. */
export function usePlace(): readonly [Place, (place: Place) => void] {
  const [place, setPlace] = useState(placeInAddress);
  useEffect(() => {
    const follow = () => setPlace(placeInAddress());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return [
    place,
    ({ user, view }) => {
      window.location.hash = `/${user}/${view}`;
    },
  ];
}

function placeInAddress(): Place {
  const [, user, view] = window.location.hash.split('/');
  return { user: user || 'ada', view: view || '' };
}
