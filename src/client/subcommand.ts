/** What a subcommand may read of its environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One word of `quota-watch-client`: gets what follows it, prints by itself, and answers the exit code. */
export type Subcommand = (args: readonly string[], env: Environment) => number | Promise<number>;
