/** Gathers the values of a flag that may be repeated. */
export const repeated = (value: string, all: string[] = []): string[] => [...all, value];
