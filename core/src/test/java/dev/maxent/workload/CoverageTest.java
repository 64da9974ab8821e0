package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.kernel.NetworkKernels;
import dev.maxent.kernel.RandomKernels;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.TabularKernels;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No operation of a kernel family goes untested or untimed. */
class CoverageTest {
  /** Raise it when a family gains an operation; a fall means that this test lost sight of some. */
  private static final int OPERATIONS = 25;

  @Test
  void findsEveryOperation() {
    assertEquals(OPERATIONS, operations().size(), () -> "found " + operations());
  }

  @ParameterizedTest
  @EnumSource(names = {"PARITY", "BENCHMARK"})
  void everyOperationHasCase(KernelCase.Purpose purpose) {
    Set<String> missing = operations();
    KernelCases.of(purpose).forEach(c -> missing.remove(c.method()));
    assertTrue(missing.isEmpty(), () -> "without a " + purpose + " case: " + missing);
  }

  @Test
  void everyCaseNamesAnOperation() {
    Set<String> operations = operations();
    for (KernelCase kernelCase : KernelCases.all()) {
      assertTrue(
          operations.contains(kernelCase.method()),
          () -> kernelCase.name() + " names " + kernelCase.method());
    }
  }

  private static Set<String> operations() {
    Set<String> names = new TreeSet<>();
    for (Class<?> family :
        List.of(
            SoftValueKernels.class,
            TabularKernels.class,
            RandomKernels.class,
            SteinKernels.class,
            NetworkKernels.class)) {
      for (Method method : family.getDeclaredMethods()) {
        int modifiers = method.getModifiers();
        if (Modifier.isPublic(modifiers)
            && Modifier.isFinal(modifiers)
            && !Modifier.isStatic(modifiers)) {
          names.add(family.getSimpleName() + "." + method.getName());
        }
      }
    }
    return names;
  }
}
