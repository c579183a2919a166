/** Whether a GET is answered with success within 2 s. */
export async function answers(url: string, stop?: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.timeout(2000);
  try {
    const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
