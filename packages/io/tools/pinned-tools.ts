/** The programs of others that we start. */
export type ToolName = 'kubectl' | 'helm' | 'kustomize';

/** `linux-amd64` */
export type Platform = string;

export interface PinnedTool {
  /** What is fetched where there is none. */
  readonly version: string;
  /** The oldest that is taken where there is one. */
  readonly minimum: string;
  /** Whose it is; a mirror stands in its place, with the same paths. */
  readonly vendor: string;
  /** How the program tells its version, as JSON or as one word. */
  readonly versionArguments: readonly string[];
  readonly files: Readonly<Record<Platform, PinnedFile>>;
}

interface PinnedFile {
  readonly path: string;
  /** Of the file as it is fetched, packed or not. */
  readonly sha256: string;
  /** The program in it, where it is an archive. */
  readonly member?: string;
}

/**
 * Each checksum stands in two collections that do not copy from each other, both read on 2026-08-22:
 * kubectl in kubernetes-sigs/kubespray 46dbdd39 (roles/kubespray_defaults/vars/main/checksums.yml) and
 * cashapp/hermit-packages f0517fd7 (kubectl.hcl); helm and kustomize in argoproj/argo-cd 37ee0097
 * (hack/installers/checksums) and cashapp/hermit-packages f0517fd7 (helm.hcl, kustomize.hcl).
 */
export const pinnedTools: Readonly<Record<ToolName, PinnedTool>> = {
  kubectl: {
    version: '1.34.5',
    minimum: '1.27',
    vendor: 'https://dl.k8s.io',
    versionArguments: ['version', '--client', '--output=json'],
    files: {
      'linux-amd64': {
        path: '/release/v1.34.5/bin/linux/amd64/kubectl',
        sha256: '6a17dd8387783b3144a65535e38d02c351027e9718ea34a6c360476cb26d28bb',
      },
      'linux-arm64': {
        path: '/release/v1.34.5/bin/linux/arm64/kubectl',
        sha256: '2d433b53b99ea532f877df6fa5044286e3950d4933967ac3d99262760bc649fd',
      },
    },
  },
  helm: {
    version: '4.2.4',
    minimum: '3.8',
    vendor: 'https://get.helm.sh',
    versionArguments: ['version', '--template={{.Version}}'],
    files: {
      'linux-amd64': {
        path: '/helm-v4.2.4-linux-amd64.tar.gz',
        sha256: 'c306b46f719b0a4da32d0f78ee21bf90ce8d602f15b22ab753f0674d1670a7f3',
        member: 'linux-amd64/helm',
      },
      'linux-arm64': {
        path: '/helm-v4.2.4-linux-arm64.tar.gz',
        sha256: '564de2191b881e9f71b5606b25345821ea1682f06ab90499d3ab22b530176da1',
        member: 'linux-arm64/helm',
      },
    },
  },
  kustomize: {
    version: '5.8.1',
    minimum: '5.0',
    vendor: 'https://github.com',
    versionArguments: ['version'],
    files: {
      'linux-amd64': {
        path: '/kubernetes-sigs/kustomize/releases/download/kustomize/v5.8.1/kustomize_v5.8.1_linux_amd64.tar.gz',
        sha256: '029a7f0f4e1932c52a0476cf02a0fd855c0bb85694b82c338fc648dcb53a819d',
        member: 'kustomize',
      },
      'linux-arm64': {
        path: '/kubernetes-sigs/kustomize/releases/download/kustomize/v5.8.1/kustomize_v5.8.1_linux_arm64.tar.gz',
        sha256: '0953ea3e476f66d6ddfcd911d750f5167b9365aa9491b2326398e289fef2c142',
        member: 'kustomize',
      },
    },
  },
};
