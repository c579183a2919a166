export { openField, type Field } from './field.js';
export { kubectlSide, slipwaySide, type Side } from './side.js';
export { openTrafficStage, type TrafficStage } from './stage.js';
export { chapters, playStory, type Chapter, type PlayedChapter } from './story.js';
