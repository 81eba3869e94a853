import type { ApiRequest } from '../model/api-request.ts';

/**
 * Key of the stream that a request belongs to inside its session: only requests of one stream may be compared,
 * because sub-agent rows beside the main conversation look exactly like a broken cache.
 * Undefined for background requests: they share one name among many conversations, so nothing can be said of them.
 */
export function streamOf(request: ApiRequest): string | undefined {
  switch (request.origin) {
    case 'main':
      return `main ${request.model}`;
    case 'agent':
      return `agent:${request.agent} ${request.model}`;
    case 'unknown':
      return `mixed ${request.model}`;
    case 'background':
      return undefined;
  }
}
