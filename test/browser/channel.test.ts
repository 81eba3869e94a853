import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, isBrowserMissing, launchBrowser, openPage, PHONE } from '../support/browser.ts';
import { readsWell } from '../support/reads-well.ts';
import { type SimulatedTeam, startTeam } from '../support/simulated-team.ts';
import { chartIn, onWorkspace, type WorkspacePage } from '../support/workspace-page.ts';

describe.skipIf(isBrowserMissing)('in the channel', () => {
  let team: SimulatedTeam;
  let browser: Browser;
  let ada: WorkspacePage;
  let grace: WorkspacePage;
  const complaints: string[] = [];

  beforeAll(async () => {
    team = await startTeam('2026-11-20T10:00:00Z');
    browser = await launchBrowser();
    ada = onWorkspace(await openPage(browser, { url: team.pageOf('ada') }, complaints));
    grace = onWorkspace(await openPage(browser, { url: team.pageOf('grace'), screen: PHONE }, complaints));
  });

  afterAll(async () => {
    await browser?.close();
    await team?.stop();
  });

  describe('an alert', () => {
    test('arrives without a reload, and says who, what, how bad, and what to do', async () => {
      await team.play();

      const alert = await ada.message('Prompt cache broken');
      const [headline = ''] = await alert
        .locator('strong, b')
        .filter({ hasText: 'Prompt cache broken' })
        .allTextContents();
      expect(headline.length).toBeLessThanOrEqual(60);
      const text = await alert.textContent();
      expect(text).toMatch(/\d turns rewrote \d+k tokens · @Ada/);
      for (const part of ['client 2.1.330', 'Cost:', 'Next: Start a fresh session']) expect(text).toContain(part);
    });

    test('draws in its thread what was read and written, turn by turn', async () => {
      const alert = await ada.message('Prompt cache broken');
      await alert.getByText(/\d repl/).click();

      const reply = alert.locator('.thread article').filter({ hasText: 'Turn by turn: 4 turns' });
      const { width = 0, height = 0 } = (await chartIn(reply).boundingBox()) ?? {};
      expect(Math.min(width, height)).toBeGreaterThan(150);
      expect(await chartIn(reply).getAttribute('aria-label')).toContain('2 series: Read and Written');
      expect(await reply.locator('table').first().locator('tr').count()).toBe(5);
      await readsWell(ada.page, DESKTOP);
    });

    test('that was acknowledged says by whom and when, to everybody', async () => {
      const alert = await ada.message('Prompt cache broken');
      await alert.getByRole('button', { name: 'Acknowledge' }).click();

      await (await grace.message('Acknowledged by @Ada at')).getByText('Prompt cache broken').waitFor();
      await ada.message('Acknowledged by @Ada at');
      expect(await alert.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    });

    test('of somebody else is left alone, and a sentence only for the curious says why', async () => {
      const alert = await grace.message('Prompt cache broken');
      await grace.pickMore(alert, 'False alarm');

      const answer = await grace.message('Only visible to you');
      expect(await answer.textContent()).toMatch(/owner|admin/);
      expect(await alert.textContent()).not.toContain('Marked as a false alarm');
    });

    test('opens its details: the turns as they were, and what people did', async () => {
      const alert = await ada.message('Prompt cache broken');
      await ada.pickMore(alert, 'Details');

      const details = await ada.modal('Incident details');
      const turns = await details.locator('pre').first().textContent();
      expect(turns?.trim().split('\n').length).toBeGreaterThanOrEqual(5);
      await details
        .getByText(/Acknowledged by/)
        .first()
        .waitFor();
      await details.getByText('What happened').waitFor();
      await readsWell(ada.page, DESKTOP);
      await details.getByRole('button', { name: 'Close' }).click();
      await details.waitFor({ state: 'detached' });
    });

    test('is snoozed from its menu until a time that it tells', async () => {
      const alert = await grace.message('Resume rewrote');
      await alert.getByRole('combobox').selectOption({ label: 'For 1 hour' });

      // Grace has not agreed to be named.
      await alert.getByText('Snoozed by the developer until').waitFor();
      await (await ada.message('Resume rewrote')).getByText('Snoozed by the developer until').waitFor();
    });

    test('of the whole fleet may be judged by anybody', async () => {
      const alert = await grace.message('Client 2.1.252 breaks the prompt cache');
      await grace.pickMore(alert, 'This was planned');

      await alert.getByText('Marked as planned by').waitFor();
    });

    test('about what concerns one person alone is a direct message', async () => {
      await ada.become('Alan');
      await ada.goTo('Quota Watch');

      await ada.message('Locked out until');
      expect(await grace.page.getByText('Locked out until').count()).toBe(0);
    });
  });

  describe('the Monday summary', () => {
    beforeAll(async () => {
      await ada.become('Ada');
      await ada.goTo('# claude-quota');
    });

    test('of the week so far is there for the asking, for oneself', async () => {
      const answer = await ada.ask('/quota summary', 'so far');
      await chartIn(answer).waitFor();
    });

    test('says the same without a chart, and without a table, where Slack refuses them', async () => {
      for (const refused of ['charts', 'tables']) {
        await ada.page.getByLabel('See the app in trouble').click();
        await ada.page.getByRole('menuitem', { name: `Refuse ${refused} from now on` }).click();
        await ada.page.getByText(`${refused} refused`).waitFor();
        const answer = await ada.ask('/quota summary', 'so far');
        expect(await chartIn(answer).count()).toBe(0);
        expect(await answer.locator('table').count()).toBe(refused === 'charts' ? 1 : 0);
        expect(await answer.textContent()).toContain('2.1.252');
      }
      for (const accepted of ['charts', 'tables']) {
        await ada.page.getByLabel('See the app in trouble').click();
        await ada.page.getByRole('menuitem', { name: `Accept ${accepted} again` }).click();
        await ada.page.getByText(`${accepted} refused`).waitFor({ state: 'detached' });
      }
    });

    test('comes on Monday at nine with its headline, its numbers and a chart', async () => {
      team.jumpTo('2026-11-23T08:00:30Z');

      const summary = await ada.message('Week 47, 16 to 22 November', 40_000);
      await chartIn(summary).waitFor();
      const text = (await summary.textContent()) ?? '';
      for (const part of ['2.1.252', '6 people affected', 'at API prices', 'Next:']) expect(text).toContain(part);
      await readsWell(ada.page, DESKTOP);
    });

    test('keeps the detail in its thread, where animals stand for those who are not named', async () => {
      const summary = await ada.message('Week 47, 16 to 22 November');
      await summary.getByText('1 reply').click({ timeout: 20_000 });
      const reply = summary.locator('.thread article');
      await reply.getByText('Animals stand for people').waitFor();
      expect(await reply.textContent()).toContain('@Ada');
      expect(await reply.textContent()).not.toMatch(/grace|alan/i);
    });
  });

  test('the page complains of nothing', () => {
    expect(complaints).toEqual([]);
  });
});
