/**
 * The way to what a component has no argument for: takes the arguments that a child would get and returns those that it gets.
 */
export type Transform<Args> = (args: Args) => Args;

/** The arguments after the caller's transform, where there is one. */
export function transformed<Args>(transform: Transform<Args> | undefined, args: Args): Args {
  return transform === undefined ? args : transform(args);
}
