import { GoJsonError } from "./goJson";

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * An RFC 3339 time as Go's time.Time writes it after reading it: the fraction cut to nanoseconds and without zeros at its
 * end, a zone offset of nothing as `Z`, any other offset kept.
 */
export function normaliseTime(text: string, path: string): string {
  const [, year, month, day, hour, minute, second, fraction = "", zone = ""] =
    rfc3339.exec(text) ?? [];
  const seconds = `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}`;
  // Date takes 24:00 and rolls 30 February over; writing it back shows that it was no such time.
  const date = new Date(`${seconds}Z`);
  if (Number.isNaN(date.valueOf()) || date.toISOString() !== `${seconds}.000Z`) {
    throw new GoJsonError(
      `${path} is "${text}"; wanted an RFC 3339 time, such as 2024-05-01T12:00:00Z`,
    );
  }
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, "");
  const offset = /^[+-]00:00$/.test(zone) ? "Z" : zone;
  return `${seconds}${nanoseconds === "" ? "" : `.${nanoseconds}`}${offset}`;
}
