import type { StateFile } from './state-file.ts';
import type { PostedMessage, View, WorkspaceState } from './workspace-state.ts';

/** Older messages are forgotten: a demo must not grow for ever. */
const MESSAGES_KEPT = 500;

/** What was said in the workspace. Every change is in the file before the function returns. */
export interface Ledger {
  /** Oldest first. */
  messages(): readonly PostedMessage[];
  find(channel: string, ts: string): PostedMessage | undefined;
  home(user: string): View | undefined;
  /** True for a channel that nobody can write to any more. */
  isArchived(channel: string): boolean;
  /** The types of blocks for which a message is refused. */
  refusedBlocks(): readonly string[];
  /** A `ts` that no message has, later than all before, also across restarts. */
  nextTs(): string;
  add(message: PostedMessage): void;
  /** Does nothing when the message was forgotten. */
  change(channel: string, ts: string, changes: Partial<PostedMessage>): void;
  remove(channel: string, ts: string): void;
  setHome(user: string, view: View): void;
  archive(channel: string): void;
  unarchive(channel: string): void;
  refuseBlocks(types: readonly string[]): void;
}

/** Reads the file once, then is the only one to write it. `changed` is called after each write. */
export function createLedger(file: StateFile, changed: () => void): Ledger {
  let state = file.read();
  let lastMicros = Math.max(0, ...state.messages.map((message) => microsOf(message.ts)));

  const save = (next: WorkspaceState) => {
    file.write(next);
    state = next;
    changed();
  };
  const isAt = (channel: string, ts: string) => (message: PostedMessage) =>
    message.channel === channel && message.ts === ts;

  return {
    messages: () => state.messages,
    find: (channel, ts) => state.messages.find(isAt(channel, ts)),
    home: (user) => state.homes[user],
    isArchived: (channel) => state.archived.includes(channel),
    refusedBlocks: () => state.refusedBlocks,
    nextTs() {
      lastMicros = Math.max(Date.now() * 1000, lastMicros + 1);
      return tsOf(lastMicros);
    },
    add(message) {
      save({ ...state, messages: [...state.messages, message].slice(-MESSAGES_KEPT) });
    },
    change(channel, ts, changes) {
      const isIt = isAt(channel, ts);
      save({ ...state, messages: state.messages.map((old) => (isIt(old) ? { ...old, ...changes } : old)) });
    },
    remove(channel, ts) {
      const isIt = isAt(channel, ts);
      save({ ...state, messages: state.messages.filter((message) => !isIt(message)) });
    },
    setHome(user, view) {
      save({ ...state, homes: { ...state.homes, [user]: view } });
    },
    archive(channel) {
      save({ ...state, archived: [...new Set([...state.archived, channel])] });
    },
    unarchive(channel) {
      save({ ...state, archived: state.archived.filter((id) => id !== channel) });
    },
    refuseBlocks(types) {
      save({ ...state, refusedBlocks: [...types] });
    },
  };
}

function microsOf(ts: string): number {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return Number(seconds) * 1_000_000 + Number(micros);
}

function tsOf(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
