/** Whether what a state tells of is in another cluster than what is declared; a state that knows no cluster is of this one. */
export const isElsewhere = (
  olds: { clusterUid?: string | undefined },
  news: { clusterUid?: string | undefined },
): boolean => olds.clusterUid !== undefined && olds.clusterUid !== news.clusterUid;
