import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, isBrowserMissing, launchBrowser, openPage, PHONE } from '../support/browser.ts';
import { readsWell } from '../support/reads-well.ts';
import { type SimulatedTeam, startTeam } from '../support/simulated-team.ts';
import { onWorkspace, type WorkspacePage } from '../support/workspace-page.ts';

describe.skipIf(isBrowserMissing)('for one person', () => {
  let team: SimulatedTeam;
  let browser: Browser;
  let ada: WorkspacePage;
  let grace: WorkspacePage;
  let alan: WorkspacePage;
  const complaints: string[] = [];

  beforeAll(async () => {
    team = await startTeam('2026-11-20T10:00:00Z');
    browser = await launchBrowser();
    await team.play();
    const open = (person: string, screen = DESKTOP) =>
      openPage(browser, { url: `${team.pageOf(person)}/home`, screen }, complaints);
    ada = onWorkspace(await open('ada'));
    grace = onWorkspace(await open('grace', PHONE));
    alan = onWorkspace(await open('alan', PHONE));
  });

  afterAll(async () => {
    await browser?.close();
    await team?.stop();
  });

  describe('App Home', () => {
    const home = (of: WorkspacePage) => of.page.locator('.home');

    test('shows one’s own windows, cache and incidents', async () => {
      for (const words of ['Your Claude Code quota', '53% left', 'Last incidents', 'Prompt cache broken: 4 turns'])
        await home(ada).getByText(words).first().waitFor();
      await readsWell(ada.page, DESKTOP);
    });

    test('shows feeds and versions to admins alone', async () => {
      await home(ada).getByText('The team, for admins').waitFor();
      await home(grace).getByText('Your Claude Code quota').waitFor();
      expect(await home(grace).getByText('The team, for admins').count()).toBe(0);
    });

    test('mutes a kind until a time that it tells, and lets it be heard again', async () => {
      await home(grace).getByLabel('Mute for an hour').selectOption({ index: 1 });
      await home(grace).getByRole('button', { name: 'Unmute' }).click();
      await home(grace).getByText('Muted: nothing').waitFor();
    });

    test('keeps quiet hours of one’s own', async () => {
      await home(grace).getByLabel('Quiet from').selectOption('21:00');
      await home(grace)
        .getByText(/from 21:00 until/)
        .waitFor();
      await home(grace).getByRole('button', { name: 'No quiet hours' }).click();
      await home(grace).getByText('Quiet hours: none').waitFor();
    });

    test('names somebody in the channel once they agree', async () => {
      await home(grace).getByRole('button', { name: 'Name me', exact: true }).click();
      await home(grace).getByRole('button', { name: 'Do not name me' }).waitFor();
      await alan.goTo('Quota Watch');
      await alan.ask('/quota @grace', 'Claude Code quota of @Grace');
    });

    test('connects another machine with a token of its own', async () => {
      await home(grace)
        .getByRole('button', { name: /Connect/ })
        .click();
      const modal = await grace.modal('Connect Claude Code');
      expect(await modal.textContent()).toMatch(/Bearer qw_[\w-]{43}/);
      await readsWell(grace.page, PHONE);
      await modal.getByRole('button', { name: 'Done' }).click();
      await modal.waitFor({ state: 'detached' });
    });
  });

  describe('/quota', () => {
    // Where little else is said.
    beforeAll(() => ada.goTo('Quota Watch'));

    test.each([
      ['/quota', 'Your Claude Code quota'],
      ['/quota me', '53% left'],
      ['/quota team', 'headroom now'],
      ['/quota incidents', 'in the last 7 days'],
      ['/quota versions', 'Cache misses by client version'],
      ['/quota summary', 'so far'],
      ['/quota plan', 'I do not know your plan yet.'],
      ['/quota plan max', 'Your plan is Max'],
      ['/quota plan mx', 'I do not know the plan'],
      ['/quota connect', 'Merge this into ~/.claude/settings.json'],
      ['/quota connect team', 'Connect the whole team'],
      ['/quota doctor', 'All is well'],
      ['/quota privacy', 'What is stored about you'],
      ['/quota @grace', 'Claude Code quota of @Grace'],
      ['/quota help', 'What /quota understands'],
      ['/quota team help', 'who has headroom now'],
      ['/quota help forget me', 'cannot be undone'],
      ['/quota tame', 'Did you mean /quota team?'],
    ])('%s answers where it was typed: %s', async (command, words) => {
      await ada.ask(command, words);
    });

    test('answers are read with ease', async () => {
      await readsWell(ada.page, DESKTOP);
    });

    test('answers nobody but the one who asked', async () => {
      await alan.goTo('# claude-quota');
      await alan.ask('/quota connect', 'Merge this into');
      await ada.goTo('# claude-quota');
      await ada.ask('/quota', 'Your Claude Code quota');
      expect(await ada.page.locator('.messages').getByText('Merge this into').count()).toBe(0);
    });

    test('of a colleague who did not agree is refused to those who are no admin', async () => {
      await grace.goTo('Quota Watch');
      await grace.ask('/quota @alan', 'has not agreed to share their quota');
    });

    test.each(['connect team', 'tokens', 'settings', 'test'])('%s is for admins, and says so', async (words) => {
      await alan.ask(`/quota ${words}`, 'admin');
    });

    test('settings change what holds for the team, and wrong ones are marked where they are', async () => {
      await ada.type('/quota settings');
      const settings = await ada.modal('Team settings');
      const levels = settings.getByLabel(/Tell people when a window/);
      await levels.fill('80, lots');
      await settings.getByRole('button', { name: 'Save' }).click();
      await settings.getByRole('alert').waitFor();
      await readsWell(ada.page, DESKTOP);
      await levels.fill('75, 95');
      await settings.getByRole('button', { name: 'Save' }).click();
      await settings.getByText('Levels: 75, 95 (was 80, 90, 100)').waitFor();
      await settings.getByRole('button', { name: 'Close' }).click();

      await ada.type('/quota settings');
      expect(await settings.getByLabel(/Tell people when a window/).inputValue()).toBe('75, 95');
      await settings.getByRole('button', { name: 'Cancel' }).click();
    });

    test('tokens are listed and taken back, after a question', async () => {
      await ada.type('/quota tokens');
      const tokens = await ada.modal('Tokens');
      const revoke = tokens.getByRole('button', { name: 'Revoke', exact: true });
      await revoke.first().waitFor();
      await readsWell(ada.page, DESKTOP);
      const before = await revoke.count();
      await revoke.last().click();
      await ada.confirm('Revoke');
      await expect.poll(() => revoke.count(), { timeout: 10_000 }).toBe(before - 1);
      await tokens.getByRole('button', { name: 'Close' }).click();
    });

    test('test posts a sample that says it is one', async () => {
      await ada.type('/quota test');
      await alan.message('This is a sample.');
    });

    test('disconnect takes tokens back after a question', async () => {
      const answer = await alan.ask('/quota disconnect', 'Take back');
      await answer.getByRole('button', { name: 'Disconnect' }).click();
      await alan.confirm('Disconnect');
      await alan.message('taken back: nothing can be sent');
    });

    test('forget me asks first, and then knows nothing of that person', async () => {
      const answer = await alan.ask('/quota forget me', 'Delete everything about you?');
      await answer.getByRole('button', { name: 'Delete everything about me' }).click();
      await alan.confirm('Delete');
      await alan.message('Everything about you is deleted');
      await alan.ask('/quota incidents', 'No incidents');
    });
  });

  test('the page complains of nothing', () => {
    expect(complaints).toEqual([]);
  });
});
