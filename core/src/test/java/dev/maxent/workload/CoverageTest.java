package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.kernel.SoftValueKernels;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
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

  /** Only then does the family check and count every call, and only then does this test see it. */
  @Test
  void everyPublicMethodOfAFamilyIsFinal() {
    for (Class<?> family : families()) {
      for (Method method : family.getMethods()) {
        boolean own = method.getDeclaringClass() != Object.class;
        assertTrue(!own || Modifier.isFinal(method.getModifiers()), method::toString);
      }
    }
  }

  /** What a backend must offer: the kernels that its public abstract methods give. */
  private static List<Class<?>> families() {
    List<Class<?>> families = new ArrayList<>();
    for (Method method : Backend.class.getMethods()) {
      if (Modifier.isAbstract(method.getModifiers())
          && method.getReturnType().getPackage() == SoftValueKernels.class.getPackage()) {
        families.add(method.getReturnType());
      }
    }
    assertTrue(families.contains(SoftValueKernels.class), families::toString);
    return families;
  }

  private static Set<String> operations() {
    Set<String> names = new TreeSet<>();
    for (Class<?> family : families()) {
      for (Method method : family.getDeclaredMethods()) {
        int modifiers = method.getModifiers();
        if (Modifier.isPublic(modifiers) && !Modifier.isStatic(modifiers)) {
          names.add(family.getSimpleName() + "." + method.getName());
        }
      }
    }
    return names;
  }
}
