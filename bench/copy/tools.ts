/** Who is measured: Slipway's client, and those that it is compared with. */
export const peerNames = ['crane', 'regctl', 'oras', 'skopeo'] as const;

export type PeerName = (typeof peerNames)[number];
export type ToolName = 'ours' | PeerName;

export const toolNames: readonly ToolName[] = ['ours', ...peerNames];

/** What everybody is asked to do. */
export interface CopyTask {
  /** `127.0.0.1:5000/bench/image@sha256:…` */
  readonly source: string;
  /** `127.0.0.1:5001/bench/image:1.0.0` */
  readonly target: string;
}

/**
 * The command of a peer, with the options that make it copy all that it can over plain HTTP.
 *
 * @param program where it is: `/usr/bin/skopeo`
 */
export function peerArguments(
  name: PeerName,
  program: string,
  { source, target }: CopyTask,
): readonly [string, ...string[]] {
  switch (name) {
    case 'crane':
      return [program, 'copy', '--insecure', source, target];
    case 'regctl': {
      const hosts = new Set([source, target].map((each) => each.split('/')[0] ?? ''));
      const plain = [...hosts].flatMap((host) => ['--host', `reg=${host},tls=disabled`]);
      return [program, ...plain, 'image', 'copy', '--referrers', '--digest-tags', source, target];
    }
    case 'oras':
      return [program, 'copy', '-r', '--from-plain-http', '--to-plain-http', source, target];
    case 'skopeo':
      return [
        program,
        '--insecure-policy',
        'copy',
        '--all',
        '--preserve-digests',
        '--src-tls-verify=false',
        '--dest-tls-verify=false',
        `docker://${source}`,
        `docker://${target}`,
      ];
  }
}

/**
 * The whole environment of a tool: a home without any configuration, credentials or cache.
 *
 * @param home an empty folder
 */
export function toolEnvironment(home: string, path: string): readonly string[] {
  return [
    `PATH=${path}`,
    `HOME=${home}`,
    `DOCKER_CONFIG=${home}/docker`,
    `XDG_CONFIG_HOME=${home}/config`,
    `XDG_CACHE_HOME=${home}/cache`,
    `XDG_DATA_HOME=${home}/data`,
    `XDG_RUNTIME_DIR=${home}`,
    // skopeo run by root has its cache of blobs it has seen in /var/lib, where it outlives the run
    '_CONTAINERS_ROOTLESS_UID=1000',
  ];
}

/**
 * Whose turn it is in a round: everybody has every place as often as the others.
 *
 * @example orderOf(1, ['crane', 'oras']) // ['crane', 'oras', 'ours']
 */
export function orderOf(round: number, peers: readonly PeerName[]): readonly ToolName[] {
  const all: readonly ToolName[] = ['ours', ...peers];
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
