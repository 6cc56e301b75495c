import type { z } from "zod";
import { file } from "./file";
import { forgejo } from "./forgejo";
import { github } from "./github";
import { kubernetes } from "./kubernetes";
import type { TargetKind } from "./targetKind";

/** Every kind of target, in the order in which errors and the schema of stack files name them. */
export const targetKinds = [kubernetes, forgejo, github, file] as const;

/** Where a key is wanted. */
export type Target = Parameters<(typeof targetKinds)[number]["describe"]>[0];

type AnyKind = TargetKind<z.ZodObject, Target>;

/** The kind of a target or of its settings; undefined for what a preview does not know yet, and for what a later version may have stored. */
export const kindOf = ({ to }: { to: Target["to"] }): AnyKind | undefined =>
  (targetKinds as readonly unknown[] as readonly AnyKind[]).find((kind) => kind.to === to);

/** A target in words. */
export const describeTarget = (target: Target): string =>
  kindOf(target)?.describe(target) ?? `a target ${target.to}`;
