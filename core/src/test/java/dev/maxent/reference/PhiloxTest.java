package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The known-answer vectors that Random123 1.14.0 publishes for philox4x32-10 (kat_vectors). */
class PhiloxTest {
  private static int[] block(long key, long high, long low) {
    int[] words = new int[4];
    Philox.block(key, high, low, words);
    return words;
  }

  @Test
  void knownAnswerOfZeros() {
    int[] expected = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    assertArrayEquals(expected, block(0, 0, 0));
  }

  @Test
  void knownAnswerOfOnes() {
    int[] expected = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    assertArrayEquals(expected, block(-1, -1, -1));
  }

  @Test
  void knownAnswerOfPi() {
    int[] expected = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    assertArrayEquals(
        expected, block(0x299f31d0a4093822L, 0x0370734413198a2eL, 0x85a308d3243f6a88L));
  }

  @Test
  void drawReadsWordsOfBlocks() {
    Draw draw = new Draw().set(0x299f31d0a4093822L, 0x0370734413198a2eL);
    long first = 4 * 0x05a308d3243f6a88L;
    int[] expected = block(0x299f31d0a4093822L, 0x0370734413198a2eL, 0x05a308d3243f6a88L);
    for (int i = 3; i >= 0; i--) {
      assertEquals(expected[i], draw.word(first + i));
    }
  }

  @Test
  void uniformStaysInsideAndIsExactInFloat() {
    for (int word : new int[] {0, 1, 0x1ff, 0x200, 0x7fffffff, 0x80000000, -1}) {
      double u = Philox.uniform(word);
      assertTrue(u > 0 && u < 1);
      assertEquals(u, (float) u);
    }
    assertEquals(0x1p-24, Philox.uniform(0));
    assertEquals(1 - 0x1p-24, Philox.uniform(-1));
    assertEquals(0.5 + 0x1p-24, Philox.uniform(0x80000000));
  }

  @Test
  void indexCoversTheRange() {
    assertEquals(0, Philox.index(0, 10));
    assertEquals(9, Philox.index(-1, 10));
    assertEquals(5, Philox.index(0x80000000, 10));
    assertEquals(Integer.MAX_VALUE - 1, Philox.index(-1, Integer.MAX_VALUE));
  }

  @Test
  void mixIsMurmurHash3Finaliser() {
    // fmix32 of 0 and 1 as published with SMHasher.
    assertEquals(0, Philox.mix(0));
    assertEquals(0x514E28B7, Philox.mix(1));
  }

  @Test
  void halfBitsAreTheFewestThatFit() {
    int[][] expected = {
      {1, 1},
      {4, 1},
      {5, 2},
      {16, 2},
      {17, 3},
      {1 << 30, 15},
      {(1 << 30) + 1, 16},
      {Integer.MAX_VALUE, 16}
    };
    for (int[] pair : expected) {
      assertEquals(pair[1], Philox.permutationHalfBits(pair[0]), "size " + pair[0]);
    }
  }

  @Test
  void permutationIsBijection() {
    for (int size = 1; size <= 300; size++) {
      int[] keys = {size, 2, -3, 40, 500, -6000};
      int half = Philox.permutationHalfBits(size);
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < size; i++) {
        int p = Philox.permuted(keys, half, size, i);
        assertTrue(p >= 0 && p < size);
        seen.add(p);
      }
      assertEquals(size, seen.size(), "size " + size);
    }
  }
}
