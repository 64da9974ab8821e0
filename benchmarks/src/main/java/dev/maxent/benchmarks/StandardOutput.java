package dev.maxent.benchmarks;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Standard output that knows why it ended: {@code maxent solve | head -1} is no error, a full disk
 * is one, and {@link PrintStream} keeps the reason to itself.
 */
final class StandardOutput extends FilterOutputStream {
  private volatile boolean readerGone;

  StandardOutput(OutputStream out) {
    super(out);
  }

  /** Takes the place of {@link System#out}. */
  static StandardOutput install() {
    StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(output, true, System.out.charset()));
    return output;
  }

  /** Whether what reads it has ended. */
  boolean isReaderGone() {
    return readerGone;
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException failure) {
      readerGone |= String.valueOf(failure.getMessage()).contains("Broken pipe");
      throw failure;
    }
  }
}
