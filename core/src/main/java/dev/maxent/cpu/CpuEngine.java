package dev.maxent.cpu;

import dev.maxent.reference.RowReader;
import java.util.Arrays;
import java.util.stream.Stream;

/** What the kernel families of one cpu backend share: threads, inner loops and scratch. */
final class CpuEngine implements AutoCloseable {
  private final Workers workers;
  private final Loops loops;
  private final Block[] blocks;
  private final Block[] chunks;
  private final SteinBlock[] steins;
  private final SteinLanes[] lanes;
  private final RowReader[] readers;

  CpuEngine(int threads, Loops loops) {
    this.loops = loops;
    workers = new Workers(threads);
    blocks = Stream.generate(Block::new).limit(threads).toArray(Block[]::new);
    chunks = Stream.generate(Block::new).limit(threads).toArray(Block[]::new);
    steins = new SteinBlock[threads];
    Arrays.setAll(steins, worker -> new SteinBlock(worker, threads));
    lanes = Stream.generate(SteinLanes::new).limit(threads).toArray(SteinLanes[]::new);
    readers = Stream.generate(RowReader::new).limit(threads).toArray(RowReader[]::new);
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

  /** A worker's scratch for particles. */
  SteinBlock stein(int worker) {
    return steins[worker];
  }

  /** A worker's scratch for small states. */
  SteinLanes steinLanes(int worker) {
    return lanes[worker];
  }

  /** A worker's way to the reference, for rows that the fast loops do not cover. */
  RowReader reader(int worker) {
    return readers[worker];
  }

  @Override
  public void close() {
    workers.close();
    for (int i = 0; i < blocks.length; i++) {
      blocks[i].close();
      chunks[i].close();
      steins[i].close();
      lanes[i].close();
    }
  }
}
