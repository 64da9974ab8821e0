package dev.maxent.opencl;

import dev.maxent.SoftValueExtremes;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import org.junit.jupiter.api.Test;

class SoftValueExtremesTest {
  @Test
  void opencl() {
    Needed.opencl();
    try (Backend backend = Backends.open("opencl")) {
      SoftValueExtremes.check(backend);
    }
  }
}
