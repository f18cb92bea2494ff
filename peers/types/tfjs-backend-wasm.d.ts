export function setThreadsCount(count: number): void;
