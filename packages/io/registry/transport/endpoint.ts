import { SlipwayError } from '@slipway/core/errors';

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
  const name = URL.parse(`http://${host}/`)?.hostname ?? '';
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Whether a URL may be used at all: TLS, or a host where plain HTTP is allowed. */
export function isAllowedUrl(url: URL, rules: EndpointRules): boolean {
  if (url.protocol === 'https:') return true;
  if (url.protocol !== 'http:') return false;
  return isLoopbackHost(url.host) || isPlainHttpHost(url.host, rules);
}

/** URLs have hosts in lower case, and leave out the port of their scheme. */
function isPlainHttpHost(host: string, { plainHttp }: EndpointRules): boolean {
  const normalise = (text: string): string | undefined => URL.parse(`http://${text}/`)?.host;
  return plainHttp.some((each) => normalise(each) === normalise(host));
}

/**
 * Where the API of a registry is. A host in `plainHttp` is spoken to without TLS; a loopback host with TLS
 * where it speaks it; every other host with TLS only.
 *
 * @throws SlipwayError `invalid-input` when the host is right in a reference and yet none that can be asked
 */
export async function findEndpoint(registry: string, rules: EndpointRules): Promise<Endpoint> {
  if (registry === 'docker.io') return { base: new URL(`https://${dockerHubHost}/`) };
  const [https, http] = [URL.parse(`https://${registry}/`), URL.parse(`http://${registry}/`)];
  if (https === null || http === null) {
    throw new SlipwayError('invalid-input', `${registry} is no host that can be reached`, {
      fix: 'Check the host, and its port: at most 65535.',
    });
  }
  if (isPlainHttpHost(registry, rules)) return { base: http };
  const usesTls = !isLoopbackHost(registry) || (await speaksTls(https));
  return { base: usesTls ? https : http };
}

function speaksTls(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const host = url.hostname.replaceAll(/[[\]]/g, '');
    const port = url.port === '' ? 443 : Number(url.port);
    // Only the question whether it speaks TLS; the certificate is judged by the requests that follow.
    const { connect } = process.getBuiltinModule('node:tls'); // loaded where TLS is spoken
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
