package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.BackendException;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages for what no test can make happen: a device that goes away, memory that runs out. */
class FailureTest {
  /** JOCL's names of statuses are in a class that loads OpenCL. */
  @BeforeAll
  static void needsOpenCl() {
    Needed.opencl();
  }

  @ParameterizedTest
  @CsvSource({
    "-2, CL_DEVICE_NOT_AVAILABLE, the device has gone",
    "-33, CL_INVALID_DEVICE, the device has gone",
    "-34, CL_INVALID_CONTEXT, the device has gone",
    "-36, CL_INVALID_COMMAND_QUEUE, the queue is lost",
    "-4, CL_MEM_OBJECT_ALLOCATION_FAILURE, close arrays or use smaller batches",
    "-5, CL_OUT_OF_RESOURCES, close the backend and open it again",
    "-6, CL_OUT_OF_HOST_MEMORY, close the backend and open it again",
  })
  void namesStatusAndRemedy(int status, String name, String remedy) {
    CLException cause = new CLException("from JOCL", status);
    BackendException failure = Failure.of("opencl:7", "kernel soft_value", cause);
    String message = failure.getMessage();
    assertTrue(message.startsWith("opencl:7: kernel soft_value failed: " + name), message);
    assertTrue(message.contains(remedy), message);
    assertSame(cause, failure.getCause());
  }

  /** After a fault every release may fail; the others must still be made. */
  @Test
  void releasesGoOn() {
    List<String> released = new ArrayList<>();
    for (String what : new String[] {"a kernel", "a buffer"}) {
      Release.quietly(
          what,
          object -> {
            released.add(object);
            throw new CLException("from JOCL", -36);
          },
          what);
    }
    assertEquals(List.of("a kernel", "a buffer"), released);
  }

  @Test
  void keepsTextWhereThereIsNoStatus() {
    assertEquals("only text", Failure.name(new CLException("only text")));
  }
}
