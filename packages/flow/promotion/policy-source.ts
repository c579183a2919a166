import { parseConfig, type PolicySettings } from '@slipway/core/config';
import { SlipwayError } from '@slipway/core/errors';
import type { Secret } from '@slipway/core/secret';
import { isLaptop, readGitHubToken, type InputReader, type Runtime } from '../runtime/index.js';

/** Where the policy is. */
export interface PolicySource {
  /** The configuration file, a path in the repository. */
  readonly file: string;
  /** What the checked out file says. */
  readonly local?: PolicySettings;
  readonly token?: Secret;
}

/** The inputs `config` and `github-token`. */
export function readPolicySource(read: InputReader): PolicySource {
  const local = read.config()?.policy;
  return {
    file: read.configFile(),
    ...(local === undefined ? {} : { local }),
    ...readGitHubToken(read),
  };
}

/**
 * The policy that counts. In a workflow it is that of the default branch as it is now, whatever commit the run
 * checked out: neither a branch nor an old commit brings a policy of its own. On a laptop it is the file.
 *
 * @throws SlipwayError `github-refused`; `policy-blocked` when the default branch has no such file;
 * `invalid-input` when it cannot be read
 */
export async function fetchPolicy(
  runtime: Pick<Runtime, 'run' | 'openGitHub' | 'logger'>,
  { file, local, token }: PolicySource,
): Promise<PolicySettings | undefined> {
  const { run, logger } = runtime;
  if (isLaptop(run)) return local;
  const text = await runtime.openGitHub(token).fetchFile(file);
  if (text === undefined) {
    throw new SlipwayError(
      'policy-blocked',
      `the default branch of ${run.repository} has no ${file}, where the policy is read`,
      { fix: `Merge ${file} into the default branch, or mend the input config.` },
    );
  }
  logger.info(`the policy is that of ${file} on the default branch of ${run.repository}`);
  return parseConfig(text, `${file} of the default branch`).policy;
}
