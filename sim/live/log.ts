/** What pino's logger has, and a run needs. */
export interface RunLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}
