/**
 * One line without colours and other controls: they would paint over the screen, or be a command to the runner.
 *
 * @example toPlainText('\u001b[31mred\u001b[0m\nnext') // 'red next'
 */
export function toPlainText(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, '').replaceAll(/[\u0000-\u001f\u007f]/g, ' ');
}
