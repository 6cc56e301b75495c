import type { Command } from "commander";
import { oldFlags, oldWordWarning, type OldFlag } from "../config/oldWords";
import { warnOnce } from "../render/warnOnce";

/** A flag with its value, or an argument, in the words that stand for it. */
interface Part {
  words: readonly string[];
  /** Absent of an argument. */
  flag?: string;
  value?: string | undefined;
}

/**
 * A command line in today's words.
 *
 * @param warn is told of each old one
 */
export function todaysArguments(
  commands: readonly Command[],
  [name = "", ...rest]: readonly string[],
  warn: (warning: string) => void = warnOnce,
): string[] {
  const command = commands.find((each) => each.name() === name);
  if (command === undefined) return name === "" ? rest : [name, ...rest];
  const old = oldFlags.filter((each) => each.command === name);
  const words = partsOf(command, old, rest).flatMap(({ words, flag, value }) => {
    const found = old.find(({ names }) =>
      flag === undefined ? names.length === 0 : names.includes(flag),
    );
    const instead =
      value === undefined && found?.alone !== true ? undefined : found?.instead(value ?? "");
    if (instead === undefined) return words;
    const line = instead.length === 0 ? "nothing: it is what is done" : instead.join(" ");
    warn(oldWordWarning(`${name} ${words.join(" ")}`, line));
    return instead;
  });
  return [name, ...words];
}

/** The parts of a command line, as commander tells them from one another. */
function partsOf(command: Command, old: readonly OldFlag[], words: readonly string[]): Part[] {
  const [word, ...rest] = words;
  if (word === undefined) return [];
  if (word === "--") return [{ words }];
  const flag = /^(?:--[^=]+|-[A-Za-z])/.exec(word)?.[0];
  if (flag === undefined) return [{ words: [word], value: word }, ...partsOf(command, old, rest)];
  const before = old.find(({ names }) => names.includes(flag));
  const option = command.options.find((each) => each.long === flag || each.short === flag);
  const takesValue = before === undefined ? option?.required === true : before.alone !== true;
  const close = word.slice(flag.length).replace(/^=/, "");
  if (takesValue && word === flag && rest.length > 0) {
    const [value = "", ...others] = rest;
    return [{ words: [word, value], flag, value }, ...partsOf(command, old, others)];
  }
  const value = word === flag ? undefined : close;
  return [{ words: [word], flag, value }, ...partsOf(command, old, rest)];
}
