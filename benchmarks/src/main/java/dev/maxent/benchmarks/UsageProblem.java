package dev.maxent.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What picocli refuses, in our form: argument, value, expectation. */
final class UsageProblem {
  /** Picocli has no exception of its own for it. */
  private static final String NO_COMMAND = "Missing required subcommand";

  private UsageProblem() {}

  /** One line, without the command's name. */
  static String line(ParameterException problem) {
    CommandLine at = problem.getCommandLine();
    if (at.getParent() == null && !at.getSubcommands().isEmpty()) {
      String commands = String.join(", ", at.getSubcommands().keySet());
      if (problem instanceof UnmatchedArgumentException unmatched) {
        List<String> words = unmatched.getUnmatched();
        if (!words.getFirst().startsWith("-")) {
          return "'" + words.getFirst() + "' is no command: expected one of " + commands;
        }
      } else if (problem.getMessage().equals(NO_COMMAND)) {
        return "there is no command: expected one of " + commands;
      }
    }
    ArgSpec argument = problem.getArgSpec();
    if (argument == null || problem.getValue() == null) {
      return problem.getMessage();
    }
    String expected = expected(argument.type());
    if (expected.isEmpty()) {
      return problem.getMessage();
    }
    String name =
        argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    return InputException.argument(name, problem.getValue(), expected).getMessage();
  }

  private static String expected(Class<?> type) {
    Class<?> one = type.isArray() ? type.getComponentType() : type;
    if (one.isEnum()) {
      return Arrays.stream(one.getEnumConstants())
          .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" or "));
    }
    if (one == int.class || one == Integer.class) {
      return "a whole number, at most " + Integer.MAX_VALUE;
    }
    if (one == long.class || one == Long.class) {
      return "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE;
    }
    return one == double.class || one == Double.class ? "a number" : "";
  }
}
