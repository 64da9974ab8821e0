package dev.maxent.workload;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The catalogue of all cases. */
public final class KernelCases {
  private static final List<KernelCase> ALL = collect();

  private KernelCases() {}

  /**
   * Every case; names are unique. Inputs are made only when asked for, so this costs little.
   *
   * @return the catalogue, in a fixed order
   */
  public static List<KernelCase> all() {
    return ALL;
  }

  /**
   * The cases for a purpose.
   *
   * @param purpose what they are for
   * @return the cases, in the catalogue's order
   */
  public static List<KernelCase> of(KernelCase.Purpose purpose) {
    return ALL.stream().filter(c -> c.purposes().contains(purpose)).toList();
  }

  /**
   * The cases whose names match.
   *
   * @param glob a name in which {@code *} stands for any characters, slashes included, and {@code
   *     ?} for one; several are separated by commas
   * @return the cases, in the catalogue's order; empty if none matches
   */
  public static List<KernelCase> matching(String glob) {
    List<Pattern> patterns = new ArrayList<>();
    for (String part : glob.split(",", -1)) {
      patterns.add(pattern(part.strip()));
    }
    return ALL.stream()
        .filter(c -> patterns.stream().anyMatch(p -> p.matcher(c.name()).matches()))
        .toList();
  }

  /**
   * The case with a name.
   *
   * @param name its full name
   * @return the case
   * @throws IllegalArgumentException if there is none
   */
  public static KernelCase named(String name) {
    return ALL.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case '" + name + "'"));
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString());
  }

  private static List<KernelCase> collect() {
    List<KernelCase> cases = new ArrayList<>();
    cases.addAll(SoftValueCases.all());
    cases.addAll(TabularCases.all());
    cases.addAll(RandomCases.all());
    cases.addAll(RowCases.all());
    cases.addAll(SteinCases.all());
    cases.addAll(StepCases.all());
    cases.addAll(NetworkCases.all());
    cases.addAll(RegressionCases.all());
    cases.addAll(EvaluateCases.all());
    Set<String> names = new HashSet<>();
    for (KernelCase kernelCase : cases) {
      if (!names.add(kernelCase.name())) {
        throw new IllegalStateException("two cases are named " + kernelCase.name());
      }
    }
    return List.copyOf(cases);
  }
}
