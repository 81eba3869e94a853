import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import type { DeveloperId } from '../../model/ids.ts';
import type { QuotaWindow } from '../../model/quota-window.ts';
import { DAY_MS, type EpochMs, plus } from '../../model/time.ts';
import type { Store } from '../../store/store.ts';
import { currentWindows } from '../../windows/current-windows.ts';
import { type ChannelNames, displayName, mayName } from '../display-name.ts';
import { pseudonyms } from '../pseudonym.ts';
import type { Message } from '../views/blocks.ts';
import { type MemberView, teamAnswer } from '../views/team-answer.ts';

export interface TeamDeps {
  readonly store: Pick<Store, 'team' | 'windows' | 'developers' | 'pseudonymSecret'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly channelNames: ChannelNames;
  /** The team's zone. */
  readonly zone: string;
}

interface Member {
  readonly developer: DeveloperId;
  readonly windows: readonly QuotaWindow[];
}

/** More than a screen of people helps nobody to choose. */
const SHOWN = 20;
/** Whoever sent nothing for longer is away. */
const CONNECTED_MS = 7 * DAY_MS;

/** `/quota team`: who has headroom, in the zone of who asks. */
export function teamAnswerer({ store, clock, channelNames, zone }: TeamDeps) {
  return (reader: Developer): Message => {
    const now = clock.now();
    const { most, developers, usedUp, firstBackAt } = store.team.headroom(now, SHOWN);
    const members = most.map((developer) => member(developer, now)).filter(hasHeadroom);
    const own = member(reader.id, now);
    const isShown = members.some(({ developer }) => developer === reader.id);
    const nameOf = naming(
      members.map(({ developer }) => developer),
      { reader, now },
    );
    const shown = ({ developer, windows }: Member): MemberView => ({ name: nameOf(developer), windows });
    return teamAnswer({
      most: members.map(shown),
      reader: isShown || own.windows.length === 0 ? undefined : shown(own),
      known: developers,
      usedUp,
      firstBackAt,
      unknown: Math.max(0, store.team.heardSince(plus(now, -CONNECTED_MS)) - developers),
      now,
      zone: reader.timeZone ?? zone,
    });
  };

  /** With the windows of the account that has most left, as far as they limit every model. */
  function member(developer: DeveloperId, now: EpochMs): Member {
    const windows = currentWindows(store.windows.known(developer, now), now).filter(({ scope }) => scope === '');
    const accounts = [...Map.groupBy(windows, ({ account }) => account).values()];
    return { developer, windows: accounts.toSorted((one, other) => fullest(one) - fullest(other)).at(0) ?? [] };
  }

  function naming(shown: readonly DeveloperId[], { reader, now }: { reader: Developer; now: EpochMs }) {
    const people = new Map(shown.map((id) => [id, store.developers.find(id)]));
    const unnamed = shown.filter((id) => {
      const developer = people.get(id);
      return id !== reader.id && !(developer && mayName(developer, channelNames));
    });
    const animals = pseudonyms(unnamed, { secret: store.pseudonymSecret(), at: now, zone });
    return (id: DeveloperId): string =>
      id === reader.id ? 'You' : (animals.get(id) ?? displayName(people.get(id), channelNames));
  }
}

function hasHeadroom({ windows }: Member): boolean {
  return windows.length > 0 && fullest(windows) < 100;
}

function fullest(windows: readonly QuotaWindow[]): number {
  return Math.max(...windows.map(({ usedPercent }) => usedPercent));
}
