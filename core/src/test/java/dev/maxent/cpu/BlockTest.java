package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class BlockTest {
  @Test
  void widerRowsMakeSmallerBlocks() {
    int before = Block.ROWS;
    for (int columns = 0; columns < 100_000; columns = columns < 600 ? columns + 1 : 2 * columns) {
      int rows = Block.rowsFor(columns);
      assertTrue(rows <= before && (rows % 16 == 0 || rows == 1), rows + " for " + columns);
      assertTrue(rows > 0 && (long) rows * columns <= Integer.MAX_VALUE, rows + " for " + columns);
      before = rows;
    }
    assertEquals(Block.ROWS, Block.rowsFor(0));
    assertEquals(Block.ROWS, Block.rowsFor(1));
    assertEquals(1, Block.rowsFor(Integer.MAX_VALUE));
  }

  @Test
  void temperaturesThatLoopsCannotTakeAreSpecial() {
    try (Block block = new Block()) {
      block.rows = 1;
      double[] none = {0, -0.0, -1, Double.NaN, 1 / 0.0, -1 / 0.0, 1.1e20, 1e-300, 1e-39};
      for (double alpha : none) {
        block.setAlpha(0, alpha);
        assertTrue(block.special[0], () -> "alpha " + alpha);
        assertEquals(1, block.scale[0]);
      }
      for (double alpha : new double[] {Float.MIN_NORMAL, 1e-6, 1, 1e6, 1e20}) {
        block.setAlpha(0, alpha);
        assertFalse(block.special[0], () -> "alpha " + alpha);
        assertTrue(block.scale[0] >= 0 && block.scale[0] <= Float.MAX_VALUE);
        assertTrue(block.inverse(0) >= 0 && block.inverse(0) <= Float.MAX_VALUE);
      }
    }
  }

  @Test
  void sharedTemperatureFillsEveryRow() {
    try (Block block = new Block()) {
      block.rows = Block.ROWS;
      block.setAlpha(0.5);
      for (int r = 0; r < Block.ROWS; r++) {
        assertEquals(0.5, block.alpha[r]);
        assertEquals((float) (2 * Block.OCTAVES), block.scale[r]);
        assertEquals(block.floor[0], block.floor[r]);
      }
      block.useLogits();
      assertEquals((float) Block.OCTAVES, block.scale[Block.ROWS - 1]);
    }
  }

  @Test
  void scratchGrowsAndThenStays() {
    try (Block block = new Block()) {
      MemorySegment small = block.room(10);
      assertSame(small, block.room(10));
      MemorySegment large = block.room(100_000);
      assertTrue(large.byteSize() >= 400_000);
      assertSame(large, block.room(5));
      assertTrue(block.noise(100_000).byteSize() >= 400_000);
      assertEquals(0, large.address() % 64);
    }
  }
}
