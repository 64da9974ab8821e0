package dev.maxent.workload;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static List<String> names(String pattern) {
    return Selection.of(KernelCases.all(), pattern).stream().map(KernelCase::name).toList();
  }

  @Test
  void selectsByEveryAlternative() {
    assertEquals(
        List.of(
            "random/bits/33",
            "random/uniform/1",
            "random/uniform/33",
            "random/gather/3x7",
            "random/gather/3x7/byte"),
        names("random/(uniform/(1|33)|bits/33)|random/gather/3x7(|/b.*)"));
  }

  @Test
  void refusesAlternativeWithoutCase() {
    assertRefused(
        IllegalArgumentException.class,
        () -> names("random/(bits|normal)/(1|32)"),
        "no case matches 'random/bits/32' of ");
  }

  /** That they are made at all means that no alternative is in vain. */
  @Test
  void everyAlternativeOfTheSplitCasesMatches() {
    assertFalse(SplitCases.large().isEmpty());
    assertFalse(SplitCases.small().isEmpty());
    assertFalse(SplitCases.tinySoft(3).isEmpty());
    assertFalse(SplitCases.tinyOthers().isEmpty());
  }
}
