package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.reference.Draw;
import dev.maxent.reference.Philox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Fills an array from one draw, in pieces of {@value #PIECE} elements. */
final class DrawTask implements Workers.Task {
  /** What becomes of the words. */
  enum Kind {
    BITS,
    UNIFORM,
    NORMAL,
    INDICES,
    PERMUTATION
  }

  private static final int PIECE = 4096;
  private static final double NANOS_PER_WORD = 1.5;
  private final CpuEngine engine;
  private final Draw keyDraw = new Draw();
  private final int[] keys = new int[Philox.PERMUTATION_ROUNDS];
  private Kind kind;
  private RandomDraw draw;
  private MemorySegment out;
  private long length;
  private int bound;
  private int offset;
  private int half;

  DrawTask(CpuEngine engine) {
    this.engine = engine;
  }

  void fill(Kind newKind, RandomDraw newDraw, DeviceArray array) {
    kind = newKind;
    draw = newDraw;
    out = SoftTask.segment(array);
    length = array.length();
    engine.workers().run((length + PIECE - 1) / PIECE, PIECE * NANOS_PER_WORD, this);
    out = null;
  }

  void indices(RandomDraw newDraw, int newBound, DeviceArray array) {
    bound = newBound;
    fill(Kind.INDICES, newDraw, array);
  }

  void permutation(RandomDraw newDraw, int size, int newOffset, DeviceArray array) {
    bound = size;
    offset = newOffset;
    half = Philox.permutationHalfBits(size);
    keyDraw.set(newDraw.seed(), newDraw.counter());
    for (int round = 0; round < keys.length; round++) {
      keys[round] = keyDraw.word(round);
    }
    fill(Kind.PERMUTATION, newDraw, array);
  }

  @Override
  public void run(long from, long to, int worker) {
    for (long piece = from; piece < to; piece++) {
      long first = piece * PIECE;
      int count = (int) Math.min(PIECE, length - first);
      if (kind == Kind.PERMUTATION) {
        int position = (int) (offset + first);
        engine.loops().random().permute(keys, half, bound, position, out, first * 4, count);
      } else {
        draw(first, count, engine.block(worker));
      }
    }
  }

  /** In the worker's scratch, as blocks of words may reach beyond the end of the array. */
  private void draw(long first, int count, Block block) {
    RandomLoops loops = engine.loops().random();
    MemorySegment words = block.noise(PIECE);
    int padded = (count + 3) & -4;
    loops.words(draw.seed(), draw.counter(), first / 4, padded / 4, words, 0);
    switch (kind) {
      case UNIFORM -> loops.uniform(words, 0, count);
      case NORMAL -> loops.normal(words, 0, padded);
      case INDICES -> toIndices(words, count);
      default -> {
        // Bits stay as they are.
      }
    }
    MemorySegment.copy(words, 0, out, first * 4, count * 4L);
  }

  private void toIndices(MemorySegment words, int count) {
    for (int i = 0; i < count; i++) {
      int word = words.getAtIndex(ValueLayout.JAVA_INT, i);
      words.setAtIndex(ValueLayout.JAVA_INT, i, Philox.index(word, bound));
    }
  }
}
