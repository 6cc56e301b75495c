/** One value of a metric. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** A gauge and what it says. */
export interface Gauge {
  name: string;
  /** In one line; ours. */
  help: string;
  samples: readonly Sample[];
}

/**
 * Prometheus' text format 0.0.4, as its textfile collector reads it: no times, which the collector refuses. The same gauges
 * are the same bytes, in whatever order their samples come. A gauge without a sample is left out, and of samples with the same
 * labels, which would make the collector drop the whole file, the lowest value is told.
 */
export function expositionText(gauges: readonly Gauge[]): string {
  return gauges.flatMap(gaugeLines).join("");
}

function gaugeLines({ name, help, samples }: Gauge): string[] {
  const values = new Map<string, number>();
  for (const { labels, value } of samples) {
    const series = name + labelText(labels);
    values.set(series, Math.min(value, values.get(series) ?? Infinity));
  }
  if (values.size === 0) return [];
  const lines = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `# HELP ${name} ${help}\n`,
    `# TYPE ${name} gauge\n`,
    ...lines.map(([series, value]) => `${series} ${value}\n`),
  ];
}

const labelText = (labels: Sample["labels"]) =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .join(",")}}`;

const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

/**
 * A label's value: what the format has no plain way to write is escaped; of the rest, what steers a terminal or turns a text
 * around is replaced, and so is half a character, which UTF-8 cannot write.
 */
function escaped(text: string): string {
  return text
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/gu, "\u{FFFD}")
    .replace(/[\\"\n]/g, (char) => escapes[char] ?? char);
}
