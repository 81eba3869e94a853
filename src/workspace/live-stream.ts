import type { ServerResponse } from 'node:http';

/** Server-Sent Events that say that something changed; the page then asks for the state. */
export interface LiveStream {
  add(response: ServerResponse): void;
  changed(): void;
  close(): void;
}

/** Nobody listens yet. */
export function createLiveStream(): LiveStream {
  const listeners = new Set<ServerResponse>();
  return {
    add(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('data: changed\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    },
    changed() {
      for (const response of listeners) response.write('data: changed\n\n');
    },
    close() {
      for (const response of listeners) response.end();
    },
  };
}
