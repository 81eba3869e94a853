import type { Developer } from '../model/developer.ts';
import { type Composed, skip } from './composed.ts';
import type { People } from './people.ts';
import { outageOf } from './slack-answer.ts';

/** Composes what a developer is told by direct message; or why nobody can be told. */
export async function composeForDeveloper(
  people: Pick<People, 'slackUserOf'>,
  developer: Developer | undefined,
  compose: (slackUser: string) => Composed,
): Promise<Composed> {
  const slackUser = developer && (await userOrOutage(people, developer));
  if (typeof slackUser === 'object') return slackUser;
  return slackUser === undefined ? skip('Slack knows nobody with this email') : compose(slackUser);
}

async function userOrOutage(people: Pick<People, 'slackUserOf'>, developer: Developer) {
  try {
    return await people.slackUserOf(developer);
  } catch (error) {
    const outage = outageOf(error);
    if (!outage) throw error;
    return outage;
  }
}
