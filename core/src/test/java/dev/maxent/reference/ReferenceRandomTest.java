package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.RandomState;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferenceRandomTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private int[] bits(RandomState state, int length) {
    DeviceArray words = backend.allocate(ElementType.INT32, length);
    backend.random().bits(state, words);
    return words.toInts();
  }

  private int[] permutation(RandomState state, int size, int offset, int length, boolean advance) {
    DeviceArray words = backend.allocate(ElementType.INT32, length);
    backend.random().permutation(state, size, offset, advance, words);
    return words.toInts();
  }

  @Test
  void bitsAreThePublishedWords() {
    int[] expected = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    assertArrayEquals(expected, bits(RandomState.of(backend, 0), 4));
  }

  @Test
  void everyDrawAdvancesByOne() {
    RandomState state = RandomState.of(backend, 42, 0xFFFFFFFFL);
    int[] first = bits(state, 5);
    assertEquals(0x100000000L, state.counter());
    int[] second = bits(state, 5);
    assertNotEquals(first[0], second[0]);
    assertArrayEquals(second, bits(RandomState.of(backend, 42, 0x100000000L), 5));
  }

  @Test
  void uniformHasTheMomentsOfUniform() {
    DeviceArray values = backend.allocate(ElementType.REAL, 100_000);
    backend.random().uniform(RandomState.of(backend, 1), values);
    double[] u = values.toDoubles();
    assertTrue(Arrays.stream(u).allMatch(v -> v > 0 && v < 1));
    // Five standard deviations of the mean and of the mean square.
    assertEquals(0.5, mean(u, 1), 5 * Math.sqrt(1 / 12.0 / u.length));
    assertEquals(1 / 3.0, mean(u, 2), 5 * Math.sqrt(4 / 45.0 / u.length));
  }

  @Test
  void normalHasTheMomentsOfNormal() {
    DeviceArray values = backend.allocate(ElementType.REAL, 100_001);
    backend.random().normal(RandomState.of(backend, 2), values);
    double[] z = values.toDoubles();
    // Five standard deviations: the variances of z, z², z³, z⁴ are 1, 2, 15, 96.
    assertEquals(0, mean(z, 1), 5 * Math.sqrt(1.0 / z.length));
    assertEquals(1, mean(z, 2), 5 * Math.sqrt(2.0 / z.length));
    assertEquals(0, mean(z, 3), 5 * Math.sqrt(15.0 / z.length));
    assertEquals(3, mean(z, 4), 5 * Math.sqrt(96.0 / z.length));
    double largest = Math.sqrt(48 * Math.log(2));
    assertTrue(Arrays.stream(z).allMatch(v -> Math.abs(v) <= largest));
  }

  @Test
  void normalPairsAreBoxMuller() {
    DeviceArray uniforms = backend.allocate(ElementType.REAL, 1000);
    DeviceArray normals = backend.allocate(ElementType.REAL, 1000);
    backend.random().uniform(RandomState.of(backend, 3), uniforms);
    backend.random().normal(RandomState.of(backend, 3), normals);
    double[] u = uniforms.toDoubles();
    double[] z = normals.toDoubles();
    for (int i = 0; i < 1000; i += 2) {
      double radius = Math.sqrt(-2 * Math.log(u[i]));
      assertEquals(radius * Math.cos(2 * Math.PI * u[i + 1]), z[i], 1e-14);
      assertEquals(radius * Math.sin(2 * Math.PI * u[i + 1]), z[i + 1], 1e-14);
    }
  }

  private static double mean(double[] values, int power) {
    return Arrays.stream(values).map(v -> Math.pow(v, power)).average().orElseThrow();
  }

  @Test
  void stretchesAgreeWithTheWhole() {
    int size = 1009;
    int[] whole = permutation(RandomState.of(backend, 9), size, 0, size, true);
    assertArrayEquals(
        java.util.stream.IntStream.range(0, size).toArray(),
        Arrays.stream(whole).sorted().toArray());
    RandomState state = RandomState.of(backend, 9);
    for (int offset = 0; offset < size; offset += 100) {
      int length = Math.min(100, size - offset);
      assertArrayEquals(
          Arrays.copyOfRange(whole, offset, offset + length),
          permutation(state, size, offset, length, false));
    }
    assertEquals(0, state.counter());
    permutation(state, size, 0, 1, true);
    assertEquals(1, state.counter());
    int[] next = permutation(state, size, 0, size, true);
    assertTrue(!Arrays.equals(whole, next));
  }

  @Test
  void permutationsPutEveryElementEverywhere() {
    int[][] counts = new int[5][5];
    RandomState state = RandomState.of(backend, 11);
    int n = 5000;
    for (int i = 0; i < n; i++) {
      int[] p = permutation(state, 5, 0, 5, true);
      for (int k = 0; k < 5; k++) {
        counts[k][p[k]]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(0.2, (double) count / n, 5 * Math.sqrt(0.16 / n));
      }
    }
  }

  @Test
  void gatherAndScatter() {
    DeviceArray table = backend.real(1f, 2f, 3f, 4f, 5f, 6f);
    DeviceArray indices = backend.int32(2, -1, 0, 3);
    DeviceArray rows = backend.allocate(ElementType.REAL, 8);
    backend.random().gather(table, 2, indices, rows);
    assertArrayEquals(
        new double[] {5, 6, Double.NaN, Double.NaN, 1, 2, Double.NaN, Double.NaN},
        rows.toDoubles());
    DeviceArray source = backend.int32(10, 11, 12, 13, 14, 15, 16, 17);
    DeviceArray target = backend.int32(0, 1, 2, 3, 4, 5);
    backend.random().scatter(source, 2, indices, target);
    assertArrayEquals(new int[] {14, 15, 2, 3, 10, 11}, target.toInts());
    DeviceArray ints = backend.allocate(ElementType.INT32, 8);
    backend.random().gather(target, 2, indices, ints);
    assertArrayEquals(new int[] {10, 11, -1, -1, 14, 15, -1, -1}, ints.toInts());
    DeviceArray flags = backend.bytes((byte) 1, (byte) 2, (byte) 3);
    DeviceArray picked = backend.allocate(ElementType.BYTE, 4);
    backend.random().gather(flags, 1, indices, picked);
    assertArrayEquals(new byte[] {3, 0, 1, 0}, picked.toBytes());
  }
}
