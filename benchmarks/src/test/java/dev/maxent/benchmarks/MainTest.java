package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  /** As {@code /dev/full}. */
  private static final class FullDisk extends Writer {
    @Override
    public void write(char[] text, int from, int length) throws IOException {
      throw new IOException("no space left");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void tellsWhenResultsAreLost() {
    StringWriter err = new StringWriter();
    PrintWriter full = new PrintWriter(new FullDisk());
    int code = Main.run(full, new PrintWriter(err, true), "solve", "frozen-lake-4x4");
    assertEquals(1, code);
    assertTrue(err.toString().startsWith("maxent: standard output could not be"), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @ParameterizedTest
  @CsvSource({"Broken pipe, true", "No space left on device, false"})
  void tellsReadersThatLeftFromFullDisks(String reason, boolean gone) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException(reason);
          }
        };
    StandardOutput output = new StandardOutput(broken);
    assertThrows(IOException.class, () -> output.write(new byte[1]));
    assertEquals(gone, output.isReaderGone());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | maxent: 'nonsense' is no command: expected one of doctor, solve, sample, ",
        "--colour | maxent: Unknown option: '--colour'",
      })
  void refusesWhatIsNoCommand(String argument, String expected) {
    Cli run = Cli.run(argument);
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().startsWith(expected), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void listsCommandsWhereNoneIsGiven() {
    Cli run = Cli.run();
    assertEquals(2, run.code(), run.out());
    String expected = "maxent: there is no command: expected one of doctor, solve, sample, regress";
    assertTrue(run.err().startsWith(expected), run.err());
  }

  @Test
  void helpTellsExitCodes() {
    for (String command : new String[] {"solve", "sample", "regress", "compare", "doctor"}) {
      Cli run = Cli.run(command, "--help");
      assertEquals(0, run.code(), run.err());
      assertTrue(run.out().contains("2   wrong usage or bad input"), run.out());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2.471032477954785, 1.43e-4, 2.471",
    "2.471032477954785, 1e-13, 2.471032478",
    "0.5420259320123, 1e-14, 0.5420259320",
    "-14, 0, -14.00000000",
    "123456.789, 0.5, 123457",
    "123456.789, 20, 123457",
    "0, 1e-3, 0.000",
    "NaN, 1, NaN"
  })
  void printsTheDigitsThatAreKnown(double value, double error, String expected) {
    assertEquals(expected, Words.digits(value, error));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1e-30, 1e-30", "2.5e-7, 2.5e-7", "0.99, 0.99", "-0.5, -0.5", "NaN, NaN"})
  void printsNumbersShort(double value, String expected) {
    assertEquals(expected, Words.number(value));
  }

  @Test
  void namesProblemsWithoutClasses() {
    assertEquals("f: no such file or folder", Words.problem(new NoSuchFileException("f")));
    assertEquals("f: permission denied", Words.problem(new AccessDeniedException("f")));
    assertEquals("no space", Words.problem(new FileSystemException(null, null, "no space")));
    assertEquals("disk full", Words.problem(new IOException("disk full")));
  }
}
