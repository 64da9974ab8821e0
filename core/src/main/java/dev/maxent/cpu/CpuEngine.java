package dev.maxent.cpu;

import java.util.stream.Stream;

/** What the kernel families of one cpu backend share: threads, inner loops and scratch. */
final class CpuEngine implements AutoCloseable {
  private final Workers workers;
  private final Loops loops;
  private final Block[] blocks;
  private final Block[] chunks;

  CpuEngine(int threads, Loops loops) {
    this.loops = loops;
    workers = new Workers(threads);
    blocks = Stream.generate(Block::new).limit(threads).toArray(Block[]::new);
    chunks = Stream.generate(Block::new).limit(threads).toArray(Block[]::new);
  }

  Workers workers() {
    return workers;
  }

  Loops loops() {
    return loops;
  }

  int threads() {
    return blocks.length;
  }

  /** A worker's scratch for rows. */
  Block block(int worker) {
    return blocks[worker];
  }

  /** A worker's scratch for pieces of wide rows. */
  Block chunk(int worker) {
    return chunks[worker];
  }

  @Override
  public void close() {
    workers.close();
    for (int i = 0; i < blocks.length; i++) {
      blocks[i].close();
      chunks[i].close();
    }
  }
}
