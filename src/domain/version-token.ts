/** Names one state of one stored record. Never returns for an id, not after an erase, a re-import, a reindex or a restore. Compare for equality only. */
export type VersionToken = string;
