/** What a request says about where it comes from. */
export interface Origins {
  readonly peerAddress: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/**
 * Why this request must not reach the workspace; undefined lets it in. Anybody let in can act as every person of the
 * workspace, so it is for this machine alone: no other machine, no web page that resolves its own name to loopback,
 * no web page of another origin.
 */
export function reasonToRefuse({ peerAddress, host, origin }: Origins): string | undefined {
  if (!isLoopbackAddress(peerAddress)) return 'The local workspace answers only this machine.';
  if (!host || !isLoopbackHost(hostnameOf(`http://${host}`)))
    return 'The local workspace is reached as localhost only.';
  if (origin !== undefined && origin !== `http://${host}`) return 'The local workspace answers only its own page.';
  return undefined;
}

/** True for `localhost`, `127.0.0.1`, `::1` and `[::1]`: the values of HOST with which the workspace may start. */
export function isLoopbackHost(hostname: string | undefined): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname?.replace(/^\[(.*)\]$/, '$1'));
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address);
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
