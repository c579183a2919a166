import type { Cache } from './caches.js';
import type { ReportGlob } from '../test-report/index.js';
import type { BuildSecret } from '@slipway/io/engine';

/** What every container of a build gets. */
export interface ContainerSettings {
  /** Names of variables of this step's environment. */
  readonly variables: readonly string[];
  /** `NAME=value` */
  readonly settings: readonly string[];
  readonly network?: string;
  /** `uid:gid` or a name, where the user says so. */
  readonly user?: string;
}

/** Commands in somebody's image, with the workspace as it is. */
export interface CommandPlan extends ContainerSettings {
  readonly image: string;
  /** Lines for `sh -e`. */
  readonly script: string;
  /** Relative to the workspace. */
  readonly folder: string;
  /** Files of `/run/secrets`. */
  readonly secrets: readonly BuildSecret[];
  readonly caches: readonly Cache[];
  /** Where they are kept in place of volumes. Absolute. */
  readonly cacheFolder?: string;
  /** Absent: its reports are not looked at. */
  readonly junit?: readonly ReportGlob[];
}

/** What an image, or one of its stages, is built from. Paths are absolute. */
export interface SourcePlan {
  readonly context: string;
  /** The context, relative to the workspace. */
  readonly folder: string;
  readonly dockerfile: string;
  readonly buildArgs: readonly string[];
  readonly secrets: readonly BuildSecret[];
  readonly cacheFrom: readonly string[];
}

/** A stage of the Dockerfile whose command is the test. */
export interface TestPlan extends ContainerSettings {
  readonly target: string;
  /** Relative to the container's working directory. */
  readonly junit: readonly ReportGlob[];
}

/** The service of a Compose file whose command is the test, beside the others. */
export interface ComposePlan extends ContainerSettings {
  /** A name that nobody else has. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** The folder of the file, relative to the workspace. */
  readonly folder: string;
  readonly service: string;
  /** Relative to the container's working directory. */
  readonly junit: readonly ReportGlob[];
  /** The folder for what the services wrote, when something fails. */
  readonly logs: string;
}

/** The image that the build ends with. */
export interface ImagePlan {
  /** What people call it, for the evidence. */
  readonly name: string;
  readonly target?: string;
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  readonly platforms: readonly string[];
  readonly cacheTo: readonly string[];
  /** Absolute; what is there is replaced when the image is built. */
  readonly layout: string;
  /** The file of the test result, beside the layout. */
  readonly evidence: string;
  /** The file of the provenance, beside the layout. */
  readonly provenance: string;
}

/** What is done, in this order; each ends it when it fails. */
export interface BuildPlan {
  readonly command?: CommandPlan;
  readonly compose?: ComposePlan;
  /** What `test` and `image` are built from. */
  readonly source?: SourcePlan;
  readonly test?: TestPlan;
  readonly image?: ImagePlan;
}
