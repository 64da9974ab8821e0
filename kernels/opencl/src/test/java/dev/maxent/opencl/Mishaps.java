package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Does everything wrong in turn and prints {@code name: exception}; {@link MishapsTest} reads. */
final class Mishaps {
  private static final int TIMES = 20_000;

  private Mishaps() {}

  private interface Action {
    void run() throws Exception;
  }

  public static void main(String[] args) throws Exception {
    Backends.list().forEach(candidate -> System.out.println("listed: " + candidate.summary()));
    if (Boolean.getBoolean("maxent.mishaps.open")) {
      withDevice();
    } else {
      attempt("open", () -> Backends.open("opencl").close());
    }
    attempt("cpu", () -> Backends.open("reference").close());
    javaStillThrows();
  }

  private static void withDevice() throws Exception {
    attempt("number", () -> Backends.open("opencl:99").close());
    attempt("name", () -> Backends.open("opencl:no such device").close());
    withProperty(Tuning.PROPERTY, "fast", "tuning");
    withProperty(Tuning.GROUP, "12", "group");
    withProperty(Tuning.PER_LANE, "many", "per-lane");
    OpenClBackend backend = (OpenClBackend) Backends.open("opencl");
    System.out.println("opened: " + backend.info().id());
    String wrong = "#line 1 \"wrong.cl\"\n__kernel void f(__global int *x) {\n  x[0] = y;\n}\n";
    attempt("build", () -> backend.queue().programs().build(wrong, ""));
    attempt("group-limit", () -> backend.queue().kernel(Source.CEILINGS, "read_all", "", 2048));
    long most = backend.info().maxAllocationBytes();
    attempt("large", () -> backend.allocate(ElementType.REAL, most / 4 + 1));
    attempt("huge", () -> backend.allocate(ElementType.REAL, Long.MAX_VALUE / 4));
    use("usable-after-large", backend);
    try (Backend other = Backends.open("opencl");
        Backend host = Backends.open("cpu")) {
      for (Backend foreign : List.of(other, host)) {
        DeviceArray array = foreign.real(1, 2);
        DeviceArray value = backend.allocate(ElementType.REAL, 1);
        attempt("mixed", () -> logSumExp(backend, array, value));
      }
    }
    use("usable-after-mixed", backend);
    DeviceArray closed = backend.real(1, 2);
    DeviceArray value = backend.allocate(ElementType.REAL, 1);
    closed.close();
    closed.close();
    attempt("closed-array", () -> logSumExp(backend, closed, value));
    attempt("closed-array-download", closed::toFloats);
    backend.close();
    backend.close();
    attempt("closed-backend", () -> logSumExp(backend, value, value));
    attempt("closed-backend-allocate", () -> backend.real(1));
    attempt("closed-backend-download", value::toFloats);
    attempt("closed-backend-finish", backend::finish);
    value.close();
    for (int round = 0; round < 5; round++) {
      closeDuringUse(round);
    }
  }

  private static void withProperty(String property, String value, String name) {
    System.setProperty(property, value);
    attempt(name, () -> Backends.open("opencl").close());
    System.clearProperty(property);
  }

  private static void use(String name, Backend backend) {
    attempt(
        name,
        () -> {
          try (DeviceArray q = backend.real(0, 0);
              DeviceArray value = backend.allocate(ElementType.REAL, 1)) {
            logSumExp(backend, q, value);
            float found = value.toFloats()[0];
            if (Math.abs(found - Math.log(2)) > 1e-6) {
              throw new IllegalStateException("log 2 = " + found);
            }
          }
        });
  }

  private static void logSumExp(Backend backend, DeviceArray q, DeviceArray value) {
    backend.softValue().logSumExp(ActionValues.of(q, 1, 2), Temperature.of(1), value);
  }

  private static void closeDuringUse(int round) throws InterruptedException {
    Backend backend = Backends.open("opencl");
    CountDownLatch working = new CountDownLatch(1 + 20 * round);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Runnable work =
        () -> {
          try {
            while (true) {
              try (DeviceArray q = backend.real(0, 0);
                  DeviceArray value = backend.allocate(ElementType.REAL, 1)) {
                logSumExp(backend, q, value);
                value.toFloats();
                working.countDown();
              }
            }
          } catch (Throwable thrown) {
            end.set(thrown);
          }
        };
    Thread worker = Thread.ofPlatform().start(work);
    working.await();
    backend.close();
    worker.join();
    System.out.println("close-during-use: " + end.get());
  }

  /** Compiled code leaves both to signals, which a driver may have taken from the JVM. */
  private static void javaStillThrows() {
    int divisions = 0;
    int nulls = 0;
    for (int i = 0; i < TIMES; i++) {
      try {
        if (i / (i & 0) > 0) {
          System.out.println("divided by zero");
        }
      } catch (ArithmeticException expected) {
        divisions++;
      }
      try {
        if (length(i % 2 == 0 ? null : new int[1]) != 1) {
          System.out.println("null has a length");
        }
      } catch (NullPointerException expected) {
        nulls++;
      }
    }
    System.out.println("java: " + divisions + " divisions, " + nulls + " nulls of " + TIMES);
  }

  private static int length(int[] array) {
    return array.length;
  }

  private static void attempt(String name, Action action) {
    try {
      action.run();
      System.out.println(name + ": done");
    } catch (Exception | Error thrown) {
      System.out.println(name + ": " + thrown.toString().replace('\n', '|'));
    }
  }
}
