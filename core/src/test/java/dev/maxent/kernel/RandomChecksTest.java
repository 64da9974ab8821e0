package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.BYTE;
import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import org.junit.jupiter.api.function.Executable;

class RandomChecksTest {
  private static final int LENGTH = 6;

  /** An operation that draws into an array. */
  private interface Drawing {
    void run(RandomState state, DeviceArray out);
  }

  /** Any length will do, so only owner, state, type and overlap can be wrong. */
  private static void check(RefusedCalls calls, String name, ElementType type, Drawing drawing) {
    Backend backend = calls.backend();
    RandomState state = RandomState.of(backend, 1);
    DeviceArray out = calls.array(type, LENGTH);
    calls.refusesNull("state", () -> drawing.run(null, out));
    Backend apart = calls.apart();
    RandomState foreign = RandomState.of(apart, 1);
    calls.refuses(() -> drawing.run(foreign, out), "state is INT32[4]", "opened apart");
    RandomState closed = RandomState.of(backend, 1);
    closed.close();
    Class<IllegalStateException> closedType = IllegalStateException.class;
    calls.refuses(closedType, () -> drawing.run(closed, out), "state is closed");
    calls.refuses(() -> drawing.run(state, null), name + " is null", "expected " + type);
    for (ElementType wrong : ElementType.values()) {
      if (wrong != type) {
        DeviceArray array = calls.array(wrong, LENGTH);
        calls.refuses(() -> drawing.run(state, array), name + " is " + array, "expected " + type);
      }
    }
    DeviceArray foreignOut = apart.allocate(type, LENGTH);
    calls.refuses(() -> drawing.run(state, foreignOut), name + " is " + foreignOut, "apart");
    DeviceArray closedOut = backend.allocate(type, LENGTH);
    closedOut.close();
    calls.refuses(closedType, () -> drawing.run(state, closedOut), name + " is closed");
    if (type == INT32) {
      calls.refuses(() -> drawing.run(state, state.words()), name + " is the same array as state");
    }
    calls.verify();
    assertEquals(0, state.counter(), "a refused call advanced the stream");
  }

  @OnTestedBackends
  void drawing(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      RandomKernels kernels = calls.backend().random();
      check(calls, "words", INT32, kernels::bits);
      check(calls, "values", REAL, kernels::uniform);
      check(calls, "values", REAL, kernels::normal);
      check(calls, "indices", INT32, (state, out) -> kernels.indices(state, 10, out));
      check(
          calls,
          "permutation",
          INT32,
          (state, out) -> kernels.permutation(state, 10, 0, true, out));
    }
  }

  @OnTestedBackends
  void ranges(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      RandomKernels kernels = calls.backend().random();
      RandomState state = RandomState.of(calls.backend(), 1);
      DeviceArray out = calls.array(INT32, LENGTH);
      for (int bound : new int[] {0, -1, Integer.MIN_VALUE}) {
        calls.refuses(
            () -> kernels.indices(state, bound, out), "bound = " + bound, "expected 1 or more");
        calls.refuses(
            () -> kernels.permutation(state, bound, 0, true, out),
            "size = " + bound,
            "expected 1 or more");
      }
      calls.refuses(
          () -> kernels.permutation(state, 10, -1, true, out), "offset = -1", "expected 0 or more");
      calls.refuses(
          () -> kernels.permutation(state, 10, 5, true, out), "offset + length = 11", "size = 10");
      int max = Integer.MAX_VALUE;
      calls.refuses(
          () -> kernels.permutation(state, max, max, true, out),
          "offset + length = " + (max + 6L),
          "size = " + max);
      calls.verify();
      assertEquals(0, state.counter());
    }
  }

  @OnTestedBackends
  void gatherAndScatter(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      RandomKernels kernels = calls.backend().random();
      DeviceArray table = calls.real(12);
      DeviceArray rows = calls.real(6);
      DeviceArray indices = calls.array(INT32, 2);
      calls.refusesNull("source", () -> kernels.gather(null, 3, indices, rows));
      calls.refusesNull("target", () -> kernels.scatter(rows, 3, indices, null));
      calls.refusesNull("indices", () -> kernels.gather(table, 3, null, rows));
      calls.refusesNull("indices", () -> kernels.scatter(rows, 3, null, table));
      for (int width : new int[] {0, -3}) {
        String[] parts = {"width = " + width, "expected 1 or more"};
        calls.refuses(() -> kernels.gather(table, width, indices, rows), parts);
        calls.refuses(() -> kernels.scatter(rows, width, indices, table), parts);
      }
      String multiple = "expected a multiple of width = 5";
      calls.refuses(() -> kernels.gather(table, 5, indices, rows), "source is REAL[12]", multiple);
      calls.refuses(() -> kernels.scatter(rows, 5, indices, table), "target is REAL[12]", multiple);
      for (ElementType type : ElementType.values()) {
        DeviceArray typed = calls.array(type, 12);
        calls.refusesWrongOrNoArrays(
            "target", type, 6, array -> kernels.gather(typed, 3, indices, array));
        calls.refusesWrongOrNoArrays(
            "source", type, 6, array -> kernels.scatter(array, 3, indices, typed));
      }
      DeviceArray reals = calls.real(2);
      DeviceArray bytes = calls.array(BYTE, 2);
      calls.refuses(() -> kernels.gather(table, 3, reals, rows), "indices is REAL[2]", "INT32[2]");
      calls.refuses(() -> kernels.scatter(rows, 3, bytes, table), "indices is BYTE[2]", "INT32[2]");
      closedAndForeign(calls, table, rows, indices);
      DeviceArray same = calls.real(2);
      calls.refuses(
          () -> kernels.gather(same, 1, indices, same), "target is the same array as source");
      calls.refuses(
          () -> kernels.scatter(same, 1, indices, same), "is the same array as", "source");
      DeviceArray whole = calls.array(INT32, 2);
      calls.refuses(
          () -> kernels.gather(whole, 1, indices, indices), "target is the same array as indices");
      calls.refuses(
          () -> kernels.scatter(whole, 1, indices, indices), "target is the same array as indices");
      calls.verify();
    }
  }

  private static void closedAndForeign(
      RefusedCalls calls, DeviceArray table, DeviceArray rows, DeviceArray indices) {
    Backend backend = calls.backend();
    RandomKernels kernels = backend.random();
    Backend apart = calls.apart();
    DeviceArray foreignTable = apart.allocate(REAL, 12);
    DeviceArray foreignIndices = apart.allocate(INT32, 2);
    calls.refuses(
        () -> kernels.gather(foreignTable, 3, indices, rows), "source is", "opened apart");
    calls.refuses(
        () -> kernels.scatter(rows, 3, indices, foreignTable), "target is", "opened apart");
    calls.refuses(
        () -> kernels.gather(table, 3, foreignIndices, rows), "indices is", "opened apart");
    DeviceArray closedTable = backend.allocate(REAL, 12);
    DeviceArray closedIndices = backend.allocate(INT32, 2);
    closedTable.close();
    closedIndices.close();
    Executable[] closed = {
      () -> kernels.gather(closedTable, 3, indices, rows),
      () -> kernels.scatter(rows, 3, indices, closedTable),
      () -> kernels.gather(table, 3, closedIndices, rows),
      () -> kernels.scatter(rows, 3, closedIndices, table)
    };
    String[] names = {"source", "target", "indices", "indices"};
    for (int i = 0; i < closed.length; i++) {
      calls.refuses(IllegalStateException.class, closed[i], names[i] + " is closed");
    }
  }

  /** Only outputs must differ from inputs: following links is a gather from the indices. */
  @OnTestedBackends
  void inputsMayBeTheSameArray(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray links = backend.int32(2, 0, 1);
      DeviceArray target = backend.int32(0, 0, 0);
      backend.random().gather(links, 1, links, target);
      assertArrayEquals(new int[] {1, 2, 0}, target.toInts());
      backend.random().scatter(links, 1, links, target);
      assertArrayEquals(new int[] {0, 1, 2}, target.toInts());
    }
  }

  @OnTestedBackends
  void stateRefusesNullAndUseAfterClose(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      calls.refuses(NullPointerException.class, () -> RandomState.of(null, 1), "");
      RandomState state = RandomState.of(calls.backend(), 1, 1L << 40);
      assertEquals(1L << 40, state.counter());
      state.close();
      state.close();
      calls.refuses(IllegalStateException.class, state::counter, "closed");
      calls.verify();
    }
  }
}
