import { web } from './manifests.js';
import type { DiagnoseRow } from './row.js';
import { waitsFor } from './signals.js';

const who = String.raw`container web of Deployment \S+\/web`;
const failsToPull = waitsFor('ErrImagePull', 'ImagePullBackOff');

/** Images that do not come, or come late. */
export const imageRows: readonly DiagnoseRow[] = [
  {
    name: 'wrong image',
    objects: web(),
    image: 'missing',
    status: 'rolled-back',
    code: 'image-not-found',
    sentence: new RegExp(`^Image \\S+ of ${who} does not exist in the registry$`),
    signal: failsToPull,
    // the kubelet asks again after 10 s
    windowMs: 12_000,
  },
  {
    name: 'denied pull',
    objects: web(),
    image: 'registry',
    before: (place) => setMood(place.setMood, 'denied'),
    status: 'failed',
    code: 'image-pull-denied',
    sentence: new RegExp(
      `^The registry does not give image \\S+ of ${who}: pulling from host \\S+ failed with status code: 403 Forbidden$`,
    ),
    signal: failsToPull,
    windowMs: 30_000,
  },
  {
    name: 'registry away until the deadline',
    objects: web(),
    image: 'registry',
    before: (place) => setMood(place.setMood, 'away'),
    timeoutMs: 25_000,
    status: 'failed',
    code: 'image-pull-failed',
    sentence: new RegExp(
      `^Image \\S+ of ${who} cannot be pulled: pulling from host \\S+ failed with status code: 503 Service Unavailable; not available after 25 s$`,
    ),
  },
  {
    name: 'registry away for a moment',
    objects: web(),
    image: 'registry',
    before: (place) => setMood(place.setMood, 'away'),
    meanwhile: async (place) => {
      await place.sleep(15_000);
      place.setMood('well');
    },
    status: 'succeeded',
  },
  {
    name: 'image pushed late',
    objects: web(),
    image: 'registry',
    before: (place) => setMood(place.setMood, 'missing'),
    meanwhile: async (place) => {
      await place.sleep(6000);
      place.setMood('well');
    },
    status: 'succeeded',
  },
];

function setMood<T>(set: (mood: T) => void, mood: T): Promise<void> {
  set(mood);
  return Promise.resolve();
}
