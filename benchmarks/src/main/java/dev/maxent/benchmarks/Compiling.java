package dev.maxent.benchmarks;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Whether HotSpot is at work on this library's loops, of which a large one takes it a second. */
final class Compiling {
  private static final String OURS = "dev.maxent.";

  private Compiling() {}

  /** Whether one is being compiled now or waits for it; false where HotSpot does not tell. */
  static boolean isUnderWay() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      String[] signature = new String[0];
      Object queue = server.invoke(commands, "compilerQueue", signature, signature);
      return String.valueOf(queue).contains(OURS);
    } catch (JMException untold) {
      return false;
    }
  }
}
