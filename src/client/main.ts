#!/usr/bin/env node
import type { Subcommand } from './subcommand.ts';

/** Loaded when called: the status line is drawn after every answer and must not wait for the others. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
  connect: async () => (await import('./connect.ts')).connect,
  disconnect: async () => (await import('./disconnect.ts')).disconnect,
  'status-line': async () => (await import('./status-line.ts')).statusLine,
  'status-news': async () => (await import('./status-news.ts')).statusNews,
  hook: async () => (await import('./hook.ts')).hook,
  send: async () => (await import('./send.ts')).send,
  backfill: async () => (await import('./backfill/backfill.ts')).backfill,
  'backfill-thread': async () => (await import('./backfill/backfill-thread.ts')).backfillThread,
  doctor: async () => (await import('./doctor.ts')).doctor,
};

void run(process.argv.slice(2));

async function run([name = '', ...args]: readonly string[]) {
  try {
    const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    const subcommand = load ? await load() : (await import('./help.ts')).help;
    process.exitCode = await subcommand(args, process.env);
  } catch (error) {
    process.exitCode = (await import('./explain.ts')).explain(error);
  }
}
