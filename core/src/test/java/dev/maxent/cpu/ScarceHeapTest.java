package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.Fork;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a small heap does to large calls, and what a call that it ended leaves behind. */
class ScarceHeapTest {
  private static final int WIDE = 4_000_000;

  /** Before what a fork computed: the JVM and the log print too. */
  private static final String ANSWER = "answer ";

  /** A policy of one wide row: nothing of it belongs on the heap. */
  static final class WideRow {
    public static void main(String[] args) {
      try (Backend backend = Backends.open("cpu");
          DeviceArray q = backend.allocate(ElementType.REAL, WIDE);
          DeviceArray policy = backend.allocate(ElementType.REAL, WIDE);
          DeviceArray logs = backend.allocate(ElementType.REAL, WIDE)) {
        PolicyOutputs outputs =
            PolicyOutputs.none().withProbabilities(policy).withLogProbabilities(logs);
        backend.softValue().policy(ActionValues.of(q, 1, WIDE), Temperature.of(1), outputs);
        System.out.println(ANSWER + "pi " + last(policy) * WIDE + ", log pi " + last(logs));
      }
    }

    private static float last(DeviceArray array) {
      MemorySegment target = Arena.global().allocate(WIDE * 4L, 4);
      array.download(target);
      return target.getAtIndex(ValueLayout.JAVA_FLOAT, WIDE - 1L);
    }
  }

  /** Backups of tables of which the second is too wide for the heap. */
  static final class Backups {
    public static void main(String[] args) {
      try (Backend backend = Backends.open("cpu")) {
        backup(backend, 4);
        backup(backend, 8_000_000);
        backup(backend, 5000);
      }
    }

    private static void backup(Backend backend, int actions) {
      boolean[] allowed = new boolean[actions];
      Arrays.fill(allowed, true);
      int[] offsets = new int[actions + 1];
      double[] rewards = new double[actions];
      try (TabularModel model =
              new TabularModel(
                  backend, 1, actions, offsets, new int[0], new double[0], rewards, allowed);
          DeviceArray values = backend.allocate(ElementType.REAL, 1);
          DeviceArray q = backend.allocate(ElementType.REAL, actions);
          DeviceArray next = backend.allocate(ElementType.REAL, 1);
          DeviceArray residual = backend.allocate(ElementType.REAL, 1)) {
        BackupOutputs outputs = new BackupOutputs(q, next, residual);
        backend.tabular().softBackup(model, 0.9, Temperature.of(1), values, outputs);
        System.out.println(ANSWER + actions + ": " + next.toFloats()[0]);
      } catch (OutOfMemoryError error) {
        System.out.println(ANSWER + actions + ": out of memory");
      }
    }
  }

  @Test
  void wideRowsNeedNoHeap() {
    List<String> options = List.of("-Xmx48m", "-Dmaxent.cpu.loops=scalar");
    Fork.Outcome outcome = Fork.run(WideRow.class, options, Map.of());
    String expected = "pi 1.0, log pi " + (float) -Math.log(WIDE);
    assertEquals(List.of(expected), answers(outcome), outcome::output);
  }

  @Test
  void backupsGoOnAfterOneThatFoundNoRoom() {
    List<String> options = List.of("-Xmx190m", "-Dmaxent.cpu.loops=scalar");
    Fork.Outcome outcome = Fork.run(Backups.class, options, Map.of());
    List<String> expected =
        List.of(
            "4: " + (float) Math.log(4),
            "8000000: out of memory",
            "5000: " + (float) Math.log(5000));
    assertEquals(expected, answers(outcome), outcome::output);
  }

  private static List<String> answers(Fork.Outcome outcome) {
    return outcome
        .output()
        .lines()
        .filter(l -> l.startsWith(ANSWER))
        .map(l -> l.substring(ANSWER.length()))
        .toList();
  }
}
