package dev.maxent.cpu;

import dev.maxent.SoftValueExtremes;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import org.junit.jupiter.api.Test;

class SoftValueExtremesTest {
  @Test
  void reference() {
    try (Backend backend = Backends.open("reference")) {
      SoftValueExtremes.check(backend);
      SoftValueExtremes.checkHost(backend);
    }
  }

  @Test
  void everyKindOfLoops() {
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 1)) {
        SoftValueExtremes.check(backend);
        SoftValueExtremes.checkHost(backend);
      }
    }
  }
}
