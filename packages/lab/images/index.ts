export { ensureBusybox } from './busybox-file.js';
export {
  buildBusyboxImage,
  buildPauseImage,
  type BusyboxImage,
  type BusyboxImageOptions,
  type ImageFile,
} from './busybox.js';
export {
  buildImageLayout,
  type ImageConfig,
  type ImageDescriptor,
  type ImageOptions,
  type PackedLayer,
} from './layout.js';
export { packTar, type TarEntry } from './tar.js';
