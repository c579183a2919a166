import {
  chapters,
  kubectlSide,
  openField,
  openTrafficStage,
  playStory,
  slipwaySide,
  type Chapter,
  type Field,
  type PlayedChapter,
  type Side,
  type TrafficStage,
} from '@slipway/testing/traffic';

type Print = (line: string) => void;

/**
 * `npm run reliability -- traffic`: three replicas that are called 200 times a second, through releases that are
 * good and that are not, and through a kill in the middle: with Slipway, and beside it with plain kubectl. Only
 * Slipway is judged.
 *
 * @param trials how often the whole story is played
 */
export async function runTraffic(trials: number, print: Print): Promise<boolean> {
  const stage = await openTrafficStage(print);
  let wrong = 0;
  try {
    for (let trial = 1; trial <= trials; trial += 1) {
      const name = String(trial);
      const [ours, control] = await Promise.all([
        playSide(stage, `slipway-${name}`, slipwaySide, chapters),
        playSide(stage, `kubectl-${name}`, kubectlSide, chapters),
      ]);
      for (const [index, each] of ours.entries()) {
        const isWrong = isBad(each);
        wrong += isWrong ? 1 : 0;
        print(formatRow(each, control[index], isWrong));
        for (const failure of each.seen.failures) print(`    ${failure}`);
      }
    }
  } finally {
    await stage.close();
  }
  print(`traffic: ${trials * chapters.length - wrong} passed, ${wrong} failed`);
  return wrong === 0;
}

/** Nobody may notice, and it must come to what it should. */
function isBad({ ended, expected, seen }: PlayedChapter): boolean {
  return ended !== expected || seen.failed > 0;
}

/** Plays chapters in a namespace of their own. */
export async function playSide(
  stage: TrafficStage,
  name: string,
  openSide: (field: Field) => Side,
  played: readonly Chapter[],
): Promise<readonly PlayedChapter[]> {
  const field = await openField(stage, name);
  try {
    return await playStory(openSide(field), field, played);
  } finally {
    await field.close();
  }
}

function formatRow(
  ours: PlayedChapter,
  control: PlayedChapter | undefined,
  isWrong: boolean,
): string {
  const tell = ({ ended, seen, durationMs }: PlayedChapter): string => {
    const rate = Math.round((seen.requests * 1000) / durationMs);
    return `${ended}, ${seen.failed} of ${seen.requests} failed (${rate}/s)`.padEnd(44);
  };
  const mark = isWrong ? '✘' : '✔';
  const beside = control === undefined ? '' : ` | kubectl: ${tell(control)}`;
  return `${mark} ${ours.title.padEnd(38)} | Slipway: ${tell(ours)}${beside}`.trimEnd();
}
