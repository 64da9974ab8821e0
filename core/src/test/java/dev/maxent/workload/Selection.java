package dev.maxent.workload;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Cases by a pattern of which nothing is in vain: a regular expression with alternatives, inside
 * groups too, each of which must match a case.
 */
final class Selection {
  private final String pattern;
  private int at;

  private Selection(String pattern) {
    this.pattern = pattern;
  }

  /**
   * The cases whose names match.
   *
   * @param cases to choose from
   * @param pattern with groups that are not repeated; {@code a/(b|c.*)} means a/b and a/c.*
   * @return the cases, in their order
   * @throws IllegalArgumentException if an alternative matches none; the message says which
   */
  static List<KernelCase> of(List<KernelCase> cases, String pattern) {
    Set<KernelCase> selected = new LinkedHashSet<>();
    for (String alternative : new Selection(pattern).alternatives()) {
      List<KernelCase> matching =
          cases.stream().filter(c -> c.name().matches(alternative)).toList();
      if (matching.isEmpty()) {
        throw new IllegalArgumentException("no case matches '" + alternative + "' of " + pattern);
      }
      selected.addAll(matching);
    }
    return cases.stream().filter(selected::contains).toList();
  }

  private List<String> alternatives() {
    List<String> all = new ArrayList<>(sequence());
    while (at < pattern.length() && pattern.charAt(at) == '|') {
      at++;
      all.addAll(sequence());
    }
    return all;
  }

  private List<String> sequence() {
    List<String> all = List.of("");
    while (at < pattern.length() && "|)".indexOf(pattern.charAt(at)) < 0) {
      List<String> next;
      if (pattern.charAt(at++) == '(') {
        next = alternatives();
        at++;
      } else {
        next = List.of(pattern.substring(at - 1, at));
      }
      all = all.stream().flatMap(head -> next.stream().map(head::concat)).toList();
    }
    return all;
  }
}
