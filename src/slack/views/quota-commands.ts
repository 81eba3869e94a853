/** Something that `/quota` understands. */
interface Command {
  /** What is typed after `/quota`; empty for `/quota` alone. */
  readonly word: string;
  /** As an example that can be typed as it stands. */
  readonly usage: string;
  /** What comes of it, as the end of a line. */
  readonly says: string;
  /** What its own help adds. */
  readonly more: readonly string[];
  readonly isForAdmins?: true;
}

/** What `/quota` understands, in the order in which people need it. */
export const COMMANDS = [
  {
    word: '',
    usage: '/quota',
    says: 'what is left of your windows, how long it lasts, how your cache does',
    more: [
      'Each window with what is left, when it resets, and whether it lasts at your present pace. “≈” marks what is reckoned from what you spent since the last reading.',
      'Below: your plan, your cache over the last 24 hours, what your use would cost at API prices, open incidents, and how old all of this is. `/quota me` is the same.',
    ],
  },
  {
    word: '@user',
    usage: '/quota @user',
    says: 'what is left for a colleague: where they agreed, and for admins',
    more: [
      'Type `@` and choose the name from Slack’s list, one person at a time.',
      'You see it where they agreed to share, or when you are an admin. Each look is written down.',
      'Whether colleagues may ask about you is your choice: the button is at `/quota connect` and in App Home.',
    ],
  },
  {
    word: 'team',
    usage: '/quota team',
    says: 'who has headroom now, and whose window resets next',
    more: [
      'The 20 with the most left, and how many more there are. What counts is the fullest window of each account.',
      'People who agreed are named; everybody else is an animal, the same one until the week is over.',
    ],
  },
  {
    word: 'incidents',
    usage: '/quota incidents',
    says: 'your incidents of the last 7 days, and what was done about them',
    more: ['The newest first. What was too small for a message is only counted.'],
  },
  {
    word: 'versions',
    usage: '/quota versions',
    says: 'how the cache does by client version, across the team',
    more: [
      'How often each version of Claude Code missed the cache in the last 7 and 30 days, what is publicly known of it, and which one does best in your team.',
    ],
  },
  {
    word: 'summary',
    usage: '/quota summary',
    says: 'the team’s week so far',
    more: ['The same as the weekly summary in the channel, from Monday until now. Only you see it.'],
  },
  {
    word: 'plan',
    usage: '/quota plan max',
    says: 'tells me your plan; `/quota plan` shows it and the others',
    more: [
      'Your plan picks the calendar of peak hours and limits that concern you, and what your use is compared with.',
      'For example `/quota plan pro`, `/quota plan max`, `/quota plan ultra`, `/quota plan team premium`, `/quota plan api`.',
    ],
  },
  {
    word: 'connect',
    usage: '/quota connect',
    says: 'a token and the settings that connect your Claude Code',
    more: [
      'Gives you a block for `~/.claude/settings.json` with a token of your own, which is shown only once. Ask again for each further machine.',
      'A direct message tells you when the first data has arrived. `/quota doctor` helps if none does.',
    ],
  },
  {
    word: 'doctor',
    usage: '/quota doctor',
    says: 'whether your data arrives, what is missing, and how to mend it',
    more: ['Looks at your telemetry, status line, tokens and client versions, and says what to do next.'],
  },
  {
    word: 'disconnect',
    usage: '/quota disconnect',
    says: 'takes your tokens back, so that nothing more arrives',
    more: [
      'Says first what to remove from your settings, then asks. What is stored stays: `/quota forget me` deletes that.',
    ],
  },
  {
    word: 'privacy',
    usage: '/quota privacy',
    says: 'what is stored, for how long, who sees it, and how to leave',
    more: ['Also what is never stored, whatever arrives.'],
  },
  {
    word: 'forget me',
    usage: '/quota forget me',
    says: 'deletes everything about you, after you confirm',
    more: [
      'Your usage, windows, incidents, tokens and choices, and the messages that speak of you alone. It cannot be undone.',
    ],
  },
  {
    word: 'help',
    usage: '/quota help',
    says: 'this list; `/quota help team` tells more of one',
    more: ['Works both ways: `/quota help team` and `/quota team help`.'],
  },
  {
    word: 'connect team',
    usage: '/quota connect team',
    says: 'one token and the managed settings for everybody',
    more: [
      'For roll-out to all machines at once. Whoever holds this token can write usage for any colleague, so keep it like a password.',
    ],
    isForAdmins: true,
  },
  {
    word: 'tokens',
    usage: '/quota tokens',
    says: 'all tokens with their last use; take one back',
    more: ['Whose each token is, how old it is and when it was last used. Tokens of people who left Slack are marked.'],
    isForAdmins: true,
  },
  {
    word: 'settings',
    usage: '/quota settings',
    says: 'kinds of incidents, levels, channels and quiet hours',
    more: ['What you change holds for the whole team at once, and is written down.'],
    isForAdmins: true,
  },
  {
    word: 'test',
    usage: '/quota test',
    says: 'posts a sample alert, to see where alerts arrive',
    more: ['The sample says that it is one. Everybody in the channel sees it.'],
    isForAdmins: true,
  },
] as const satisfies readonly Command[];

export type CommandWord = (typeof COMMANDS)[number]['word'];
