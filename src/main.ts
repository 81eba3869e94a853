import type { RunningApp } from './app.ts';
import { serve } from './serve.ts';

const { app } = await serve();
process.stdout.write(`${welcome(app)}\n`);

/** The first lines: where it listens and what to do next. */
function welcome({ url, isLocal }: RunningApp): string {
  if (!isLocal) return `Quota Watch listens on ${url} and talks to Slack: type /quota connect there.`;
  return [
    `Quota Watch listens on ${url}. No Slack tokens are set, so a local workspace stands in for Slack.`,
    `  Open it:            ${url}/workspace/`,
    '  See it at work:     stop this and type  npm run demo',
    '  Connect yourself:   type  /quota connect  in the page',
  ].join('\n');
}
