import type { Locator, Page } from 'playwright-core';

/** What somebody does and reads on the page of the local workspace. */
export interface WorkspacePage {
  readonly page: Page;
  /** The newest message with these words, which a person sees; waits until it is there, ten seconds or as told. */
  message(words: string, withinMs?: number): Promise<Locator>;
  /** Types a command where the person is, and waits for the answer with these words. */
  ask(command: string, words: string): Promise<Locator>;
  /** Types a command where the person is. */
  type(command: string): Promise<void>;
  /** Goes to a conversation of the sidebar by its label, or to App Home. */
  goTo(label: string): Promise<void>;
  /** Becomes somebody else, by first name. */
  become(name: string): Promise<void>;
  /** The modal in front; waits until it is there. */
  modal(title: string): Promise<Locator>;
  /** Agrees to what the app asks before it does something. */
  confirm(yes: string): Promise<void>;
  /** Picks an entry of a menu behind "⋯" inside a message or block. */
  pickMore(inside: Locator, entry: string): Promise<void>;
}

export function onWorkspace(page: Page): WorkspacePage {
  const topMessages = page.locator('.messages > div > article.message');
  const answers = topMessages.filter({ hasText: 'Only visible to you' });

  async function type(command: string): Promise<void> {
    // Behind a modal that is about to close, what is typed gets lost.
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.getByLabel('Command').fill(command);
    await page.getByLabel('Command').press('Enter');
  }

  async function newest(words: string, withinMs = 30_000): Promise<Locator> {
    const found = topMessages.filter({ hasText: words }).last();
    await found.waitFor({ timeout: withinMs });
    return found;
  }

  return {
    page,
    type,
    message: newest,
    async ask(command, words) {
      // The page draws everything that was said at once, so what comes later is the answer.
      await page.getByLabel('Command').waitFor();
      const before = await answers.count();
      await type(command);
      const answer = answers.nth(before);
      await answer.filter({ hasText: words }).waitFor();
      return answer;
    },
    async goTo(label) {
      await page.getByRole('navigation').getByRole('button', { name: label }).click();
    },
    async become(name) {
      await page.locator('label.person', { hasText: name }).click();
    },
    async modal(title) {
      const dialog = page.getByRole('dialog', { name: title });
      await dialog.waitFor();
      return dialog;
    },
    async confirm(yes) {
      await page.locator('dialog.confirm').getByRole('button', { name: yes, exact: true }).click();
    },
    async pickMore(inside, entry) {
      await inside.getByLabel('More actions').first().click();
      await page.getByRole('menuitem', { name: entry }).click();
    },
  };
}

/** Slack's own chart inside a message, as the page draws it. */
export function chartIn(message: Locator): Locator {
  return message.getByRole('img', { name: / chart: / }).first();
}
