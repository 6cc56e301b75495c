/** What `work` comes to, or undefined once `signal` is aborted: nobody waits for one that hangs. */
export async function withinDeadline<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  // Whoever comes too late is heard by nobody.
  work.catch(() => undefined);
  if (signal.aborted) return undefined;
  let give: () => void = () => undefined;
  const late = new Promise<undefined>((done) => {
    give = () => {
      done(undefined);
    };
    signal.addEventListener("abort", give, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener("abort", give);
  }
}
