/** Where progress is shown: standard error, or what a test looks at. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CELLS = 24;

/** A bar that moves on a terminal; elsewhere one line when something begins. */
export function createProgressBar(screen: Screen) {
  let shown = '';

  return {
    begin(what: string) {
      if (screen.isTTY !== true) screen.write(`${what}\n`);
    },

    show(what: string, done: number, of: number) {
      if (screen.isTTY !== true) return;
      const share = of === 0 ? 1 : Math.min(1, done / of);
      const full = Math.round(share * CELLS);
      const bar = `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${Math.round(share * 100)} % ${what}`;
      if (bar !== shown) screen.write(`\r\u001b[2K${bar}`);
      shown = bar;
    },

    /** Leaves a clean line for what comes next. */
    end() {
      if (shown !== '') screen.write('\r\u001b[2K');
      shown = '';
    },
  };
}
