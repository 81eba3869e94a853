/** Where data comes from. */
export type Feed = 'telemetry' | 'status_line' | 'hook' | 'webhook';
