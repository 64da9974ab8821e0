package dev.maxent.benchmarks;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What one run of the command line in this process did. */
record Cli(int code, String out, String err) {

  static Cli run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Cli(code, out.toString(), err.toString());
  }
}
