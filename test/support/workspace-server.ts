import { fastify } from 'fastify';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../src/workspace/workspace.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A workspace whose routes are served under `/workspace`, as the collector serves them. */
export interface ServedWorkspace extends Workspace {
  /** `http://127.0.0.1:<port>/workspace` */
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
}

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the assertions of a test say what they expect
  readonly body: any;
}

export async function serveWorkspace(options: Partial<WorkspaceOptions> = {}): Promise<ServedWorkspace> {
  const workspace = await startWorkspace({ timeZone: 'Europe/Berlin', log: SILENT, ...options });
  const server = fastify();
  await server.register(workspace.routes, { prefix: '/workspace' });
  const url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/workspace`;

  async function request(path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return {
      status: response.status,
      body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
    };
  }

  return {
    ...workspace,
    url,
    get: (path, headers = {}) => request(path, { headers }),
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async stop() {
      await server.close();
      await workspace.stop();
    },
  };
}
