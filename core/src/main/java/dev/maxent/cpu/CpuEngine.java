package dev.maxent.cpu;

/**
 * What the kernel families of one cpu backend share.
 *
 * @param workers the threads
 * @param blocks scratch for rows, one per worker
 * @param chunks scratch for pieces of wide rows, one per worker
 * @param loops the inner loops
 */
record CpuEngine(Workers workers, Block[] blocks, Block[] chunks, Loops loops)
    implements AutoCloseable {

  static CpuEngine start(int threads, Loops loops) {
    Block[] blocks = new Block[threads];
    Block[] chunks = new Block[threads];
    for (int i = 0; i < threads; i++) {
      blocks[i] = new Block();
      chunks[i] = new Block();
    }
    return new CpuEngine(new Workers(threads), blocks, chunks, loops);
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
