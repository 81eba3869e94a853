/** A way for a Web API call to go wrong. `answer_lost` does the work and then cuts the connection. */
export type Fault =
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'http_error'; readonly status: number }
  | { readonly kind: 'platform_error'; readonly error: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'answer_lost' };

/** Lets a test misbehave as Slack sometimes does. */
export interface Faults {
  /** Makes the next `times` calls (1 unless told) of a method, or of any method for `*`, go wrong. */
  next(method: string, fault: Fault, times?: number): void;
  /** How often the app called the method since the start, failed calls included. */
  calls(method: string): number;
  /** Asks the app to reconnect, as Slack does every few hours. */
  disconnect(): void;
  /** Cuts the sockets without a word. */
  cutSockets(): void;
  /** The app's next acknowledgement never arrives: an event is then sent again, a click or a command is not. */
  loseAcknowledgement(): void;
  /** Refuses messages with blocks of these types (`data_visualization`, `table`) with `invalid_blocks`; none for none. */
  refuseBlocks(...types: readonly string[]): void;
}

/** The planned faults, and the count of calls. */
export interface FaultPlan extends Pick<Faults, 'next' | 'calls'> {
  /** Counts the call and says how it has to fail, if it has to. */
  take(method: string): Fault | undefined;
}

/** A plan without faults. */
export function createFaultPlan(): FaultPlan {
  const planned = new Map<string, Fault[]>();
  const counts = new Map<string, number>();
  return {
    next(method, fault, times = 1) {
      planned.set(method, [...(planned.get(method) ?? []), ...Array<Fault>(times).fill(fault)]);
    },
    calls: (method) => counts.get(method) ?? 0,
    take(method) {
      counts.set(method, (counts.get(method) ?? 0) + 1);
      return planned.get(method)?.shift() ?? planned.get('*')?.shift();
    },
  };
}
