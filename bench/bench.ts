import type { Measured } from './figures.ts';

/** What a measure needs to know. */
export interface Setting {
  readonly rounds: number;
  /** Of each load. */
  readonly seconds: number;
  /** Whether the sizes are those of the goals, which takes many minutes. */
  readonly isFull: boolean;
  /** A path for a file in the folder of this run. */
  readonly file: (name: string) => string;
  /** Removes a database, where there is one. */
  readonly remove: (path: string) => void;
  /** Tells who waits what goes on. */
  readonly tell: (what: string) => void;
}

/** Measures some of the goals side by side. */
export type Measure = (setting: Setting) => Promise<Measured>;
