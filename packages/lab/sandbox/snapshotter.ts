/**
 * How containerd puts the layers of an image together: an overlay cannot lie upon an overlay, as it would in a
 * container whose folder is no volume.
 *
 * @param fileSystem the number of its kind (statfs(2))
 */
export function chooseSnapshotter(fileSystem: number): 'overlayfs' | 'native' {
  return fileSystem === 0x794c7630 ? 'native' : 'overlayfs';
}
