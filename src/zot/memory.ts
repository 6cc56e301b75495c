const units = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
} as const;

/** A size as Kubernetes writes it: a number and a unit; the source of a regular expression, for JSON Schema as well. */
export const sizePattern = /^[1-9]\d{0,8}(?:k|M|G|T|Ki|Mi|Gi|Ti)?$/;

/**
 * The bytes of a Kubernetes quantity such as `20Gi`.
 *
 * @throws RangeError when `size` is none
 */
export function sizeBytes(size: string): number {
  if (!sizePattern.test(size))
    throw new RangeError(`"${size}" is not a size such as 512Mi or 20Gi`);
  const unit = size.replace(/\d+/, "") as keyof typeof units;
  return Number.parseInt(size, 10) * units[unit];
}

/**
 * What GOMEMLIMIT is set to under a memory limit: nine tenths, so that Go collects before the kernel kills. In MiB, the
 * unit that Go calls so (runtime/debug.SetMemoryLimit).
 */
export function goMemoryLimit(limit: string): string {
  return `${Math.max(1, Math.floor((sizeBytes(limit) * 0.9) / 2 ** 20))}MiB`;
}
