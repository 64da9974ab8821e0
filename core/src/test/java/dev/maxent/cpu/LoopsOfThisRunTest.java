package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Skipped;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A run of the tests has the loops that the build means it to have. Without the Vector API's module
 * all tests of vector loops would quietly be tests of the others.
 */
@Tag("parity")
class LoopsOfThisRunTest {
  @Test
  void cpuHasTheLoopsThatThisRunIsFor() {
    String expected = System.getProperty("maxent.expected.loops");
    Skipped.unless(expected != null, "maxent.expected.loops is not set");
    assertEquals(expected, Bits.loops().getFirst());
    try (Backend backend = Backends.open("cpu")) {
      String loops = backend.info().details().get("loops");
      assertTrue(loops.startsWith(expected.equals("vector") ? "Vector API" : "plain Java"), loops);
    }
  }
}
