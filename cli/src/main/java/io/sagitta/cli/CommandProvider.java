package io.sagitta.cli;

/**
 * A subcommand from another module, found by {@link java.util.ServiceLoader}. The provider itself
 * is the picocli command: annotated with {@code @Command}, and a {@code Callable<Integer>} whose
 * value is the exit code.
 */
public interface CommandProvider {}
