import { connect } from 'node:tls';

/** How one registry is reached. */
export interface Endpoint {
  /** `https://registry.example.com/` */
  readonly base: URL;
}

export interface EndpointRules {
  /** Hosts, beside loopback ones, that may be spoken to without TLS. */
  readonly plainHttp: readonly string[];
}

const dockerHubHost = 'registry-1.docker.io';
const tlsProbeMs = 3000;

/** `localhost`, `127.0.0.1:5000`, `[::1]:5000`: traffic to it never leaves this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Whether a URL may be used at all: TLS, or a host where plain HTTP is allowed. */
export function isAllowedUrl(url: URL, rules: EndpointRules): boolean {
  if (url.protocol === 'https:') return true;
  if (url.protocol !== 'http:') return false;
  return isLoopbackHost(url.host) || rules.plainHttp.includes(url.host);
}

/**
 * Where the API of a registry is. A host in `plainHttp` is spoken to without TLS; a loopback host with TLS
 * where it speaks it; every other host with TLS only.
 */
export async function findEndpoint(registry: string, rules: EndpointRules): Promise<Endpoint> {
  if (registry === 'docker.io') return { base: new URL(`https://${dockerHubHost}/`) };
  const usesTls =
    !rules.plainHttp.includes(registry) &&
    (!isLoopbackHost(registry) || (await speaksTls(new URL(`https://${registry}/`))));
  return { base: new URL(`${usesTls ? 'https' : 'http'}://${registry}/`) };
}

function speaksTls(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const host = url.hostname.replaceAll(/[[\]]/g, '');
    const port = url.port === '' ? 443 : Number(url.port);
    // Only the question whether it speaks TLS; the certificate is judged by the requests that follow.
    const socket = connect({ host, port, rejectUnauthorized: false });
    const answer = (usesTls: boolean): void => {
      socket.destroy();
      resolve(usesTls);
    };
    socket.setTimeout(tlsProbeMs, () => answer(false));
    socket.once('secureConnect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}
