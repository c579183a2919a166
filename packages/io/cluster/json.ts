import { isRecord, type JsonRecord } from '@slipway/core/manifest';

/** @returns undefined when the text is not a JSON object */
export function tryParseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
