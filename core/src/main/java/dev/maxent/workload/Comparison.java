package dev.maxent.workload;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Locale;
import java.util.Map;

/**
 * A backend's outputs held against the reference's.
 *
 * @param caseName the case
 * @param backend the backend's id
 * @param seed the inputs' seed
 * @param passed whether every element of every output is within its tolerance
 * @param output the output with the worst error relative to its tolerance
 * @param index the element there
 * @param expected the reference's value there
 * @param actual the backend's value there
 * @param worstErrorUlp the error there, in the tolerance's units
 * @param toleranceUlp the tolerance there
 */
public record Comparison(
    String caseName,
    String backend,
    long seed,
    boolean passed,
    String output,
    int index,
    double expected,
    double actual,
    double worstErrorUlp,
    double toleranceUlp) {

  /**
   * Runs a case once on both backends and compares all outputs.
   *
   * @param kernelCase the case
   * @param seed the inputs' seed
   * @param reference the backend that is right
   * @param tested the backend in question
   * @return the comparison
   */
  public static Comparison run(
      KernelCase kernelCase, long seed, Backend reference, Backend tested) {
    Inputs inputs = kernelCase.source().inputs(seed);
    try (Session right = kernelCase.open(reference, inputs);
        Session session = kernelCase.open(tested, inputs)) {
      right.run();
      session.run();
      return of(kernelCase, seed, inputs, right, session);
    }
  }

  /**
   * Compares the outputs of two sessions that have run.
   *
   * @param kernelCase the case
   * @param seed the inputs' seed
   * @param inputs the inputs of both
   * @param right the reference's session
   * @param session the session in question
   * @return the comparison
   */
  public static Comparison of(
      KernelCase kernelCase, long seed, Inputs inputs, Session right, Session session) {
    Comparison worst = null;
    for (Map.Entry<String, Tolerance> entry : kernelCase.tolerances().entrySet()) {
      String output = entry.getKey();
      Tolerance tolerance = entry.getValue();
      double[] expected = values(right.outputs().get(output));
      double[] actual = values(session.outputs().get(output));
      int index = 0;
      double error = 0;
      for (int i = 0; i < expected.length; i++) {
        double e = tolerance.error(inputs, expected[i], actual[i], i);
        if (!(e <= error)) {
          error = e;
          index = i;
        }
      }
      boolean empty = expected.length == 0;
      Comparison comparison =
          new Comparison(
              kernelCase.name(),
              session.backend().info().id(),
              seed,
              error <= tolerance.ulps(),
              output,
              index,
              empty ? 0 : expected[index],
              empty ? 0 : actual[index],
              error,
              tolerance.ulps());
      if (worst == null || comparison.relative() > worst.relative()) {
        worst = comparison;
      }
    }
    if (worst == null) {
      throw new IllegalStateException(kernelCase.name() + " has no outputs to compare");
    }
    return worst;
  }

  private double relative() {
    return worstErrorUlp == 0 ? 0 : worstErrorUlp / toleranceUlp;
  }

  /**
   * One line with everything needed to see it again.
   *
   * @return backend, case, seed, worst error and where, and the command that reproduces it
   */
  public String message() {
    return String.format(
        Locale.ROOT,
        "%s %s seed %d: %s[%d] = %s, reference %s, error %.3g ulp, tolerance %.3g ulp%s",
        backend,
        caseName,
        seed,
        output,
        index,
        actual,
        expected,
        worstErrorUlp,
        toleranceUlp,
        passed
            ? ""
            : "; reproduce: ./maxent compare --backends "
                + backend
                + " --cases "
                + caseName
                + " --seed "
                + seed);
  }

  /**
   * The values of an array of any type.
   *
   * @param array the array
   * @return its elements as doubles
   */
  public static double[] values(DeviceArray array) {
    return switch (array.type()) {
      case REAL -> array.toDoubles();
      case INT32 -> {
        int[] ints = array.toInts();
        double[] values = new double[ints.length];
        for (int i = 0; i < ints.length; i++) {
          values[i] = ints[i];
        }
        yield values;
      }
      case BYTE -> {
        byte[] bytes = array.toBytes();
        double[] values = new double[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
          values[i] = bytes[i];
        }
        yield values;
      }
    };
  }
}
