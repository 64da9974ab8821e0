package dev.maxent.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.TabularModel;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TabularMdpTest {
  @ParameterizedTest
  @CsvSource({
    "frozen-lake-4x4.csv, 16, 4",
    "frozen-lake-8x8.csv, 64, 4",
    "cliff-walking.csv, 48, 4",
    "taxi-v4.csv, 500, 6"
  })
  void readsTheShippedTables(String name, int states, int actions) {
    TabularMdp mdp = Tables.shipped(name);
    assertEquals(states, mdp.states());
    assertEquals(actions, mdp.actions());
  }

  @Test
  void addsUpRowsAndDropsTerminatedOnes() {
    TabularMdp mdp = Tables.shipped("frozen-lake-4x4.csv");
    assertEquals(2.0 / 3, mdp.probability(0, 0, 0), 1e-15);
    assertEquals(1.0 / 3, mdp.probability(0, 0, 4), 1e-15);
    assertEquals(1.0 / 3, mdp.reward(14, 2), 1e-15);
    assertEquals(0, mdp.probability(14, 2, 15));
    assertTrue(mdp.isTerminal(15) && mdp.isTerminal(5));
    assertFalse(mdp.isTerminal(14) || mdp.isAllowed(5, 0));
    assertEquals(3, mdp.maxSuccessors());
    assertEquals(1.0 / 3, mdp.maxReward(), 1e-15);
  }

  @Test
  void anEndMayHaveTransitionsOut() {
    TabularMdp mdp = Tables.shipped("cliff-walking.csv");
    assertTrue(mdp.isEnd(47));
    assertFalse(mdp.isTerminal(47));
    assertFalse(mdp.isEnd(0));
  }

  @Test
  void takesColumnsInAnyOrderWithEitherLineEnd() {
    String header = "\uFEFFreward, terminated ,probability,state,next_state,action";
    for (String end : new String[] {"\n", "\r\n"}) {
      String text = header + end + " 2.5,TRUE,1,0,1,0" + end + end + "1e-1,0,1,1,0,1" + end;
      TabularMdp mdp = Tables.read(text, TabularMdp.builder());
      assertEquals(2.5, mdp.reward(0, 0));
      assertEquals(0.1, mdp.reward(1, 1));
      assertEquals(1, mdp.transitions());
      assertFalse(mdp.isAllowed(0, 1) || mdp.isAllowed(1, 0));
    }
  }

  @Test
  void dividesByTheSum() {
    TabularMdp mdp = Tables.rows("0,0,0,0.3333333,0,0\n0,0,1,0.6666666,3,0\n");
    assertEquals(1, mdp.probability(0, 0, 0) + mdp.probability(0, 0, 1), 1e-15);
    assertEquals(2, mdp.reward(0, 0), 1e-6);
  }

  @Test
  void declaredStatesWithoutRowsAreTerminal() {
    TabularMdp mdp = TabularMdp.builder().states(3).add(0, 0, 1, 1, 1, false).build();
    assertEquals(3, mdp.states());
    assertTrue(mdp.isTerminal(1) && mdp.isTerminal(2));
  }

  @Test
  void takesAsManyStatesAsItHasNames() {
    int most = TabularMdp.MAX_INDEX + 1;
    TabularMdp mdp = TabularMdp.builder().states(most).add(0, 0, most - 1, 1, 0, false).build();
    assertEquals(most, mdp.states());
    TableException more =
        assertThrows(TableException.class, () -> TabularMdp.builder().states(most + 1));
    assertTrue(more.getMessage().contains("states = 16777218: expected 1 to 16777217"));
  }

  @Test
  void whatNeverHappensEndsNothing() {
    TabularMdp mdp = Tables.rows("0,0,0,1,0,0\n0,0,1,0,0,1\n1,0,0,1,0,0\n");
    assertFalse(mdp.isEnd(1));
    assertTrue(Tables.rows("0,0,0,1,0,1\n0,0,1,0,0,0\n1,0,0,1,0,0\n").isTerminal(0));
  }

  @Test
  void aTerminatedSelfLoopWithRewardIsNotTerminal() {
    assertFalse(Tables.rows("0,0,0,1,1,1\n").isTerminal(0));
    assertTrue(Tables.rows("0,0,0,1,0,1\n1,0,0,1,0,0").isTerminal(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,0,0,1,0         | line 2: the row has 5 cells: expected 6",
        "1,0,0,1,0,0,7     | line 2: the row has 7 cells: expected 6",
        "x,0,0,1,0,0       | line 2: state = 'x': expected a whole number from 0 to 16777216",
        "0,1.5,0,1,0,0     | line 2: action = '1.5': expected a whole number",
        "0,0,,1,0,0        | line 2: next_state = ''",
        "-1,0,0,1,0,0      | line 2: state = -1: expected a whole number from 0",
        "0,0,16777217,1,0,0| line 2: next_state = 16777217: expected a whole number from 0 to 1677",
        "0,0,99999999999,1,0,0| line 2: next_state = '99999999999': expected a whole number",
        "0,0,0,half,0,0    | line 2: probability = 'half': expected a number",
        "0,1,0,-0.5,0,0    | line 2: probability = -0.5 of state 0, action 1: expected a number"
            + " from",
        "0,0,0,1.5,0,0     | line 2: probability = 1.5 of state 0, action 0: expected a number"
            + " from",
        "0,0,0,NaN,0,0     | line 2: probability = NaN of state 0, action 0: expected a number"
            + " from",
        "0,0,0,1,Infinity,0| line 2: reward = Infinity of state 0, action 0: expected a number"
            + " that",
        "2,1,0,1,-1e39,1   | line 2: reward = -1.0E39 of state 2, action 1: expected a number that",
        "0,0,0,1,0,2       | line 2: terminated = '2': expected 0, 1, true or false",
        "3,2,0,0.9,0,0     | line 2: the probabilities of state 3, action 2 sum to 0.9: expected 1",
        "0,0,0,0.99999,0,1 | line 2: the probabilities of state 0, action 0 sum to 0.99999",
        "0,0,0,1.000001,0,1| line 2: probability = 1.000001",
        "16777216,256,0,1,0,0| states x 257 actions",
      })
  void namesWhatIsWrong(String row, String expected) {
    TableException error = assertThrows(TableException.class, () -> Tables.rows(row + "\n"));
    assertTrue(error.getMessage().startsWith("test.csv"), error.getMessage());
    assertTrue(error.getMessage().contains(expected), error.getMessage());
    assertFalse(error.getMessage().contains("\n"));
  }

  /** Products with probabilities that are rounded must not add up to more than there is. */
  @Test
  void takesTheLargestRewards() {
    String row = "0,0,%d,.1,3.4028234663852886e38,0%n";
    String rows = IntStream.range(0, 10).mapToObj(row::formatted).collect(Collectors.joining());
    try (Backend backend = Backends.open("cpu");
        TabularModel model = Tables.rows(rows).toModel(backend)) {
      assertEquals(10, model.states());
    }
  }

  @Test
  void namesTheLineOfTheSum() {
    TableException error =
        assertThrows(
            TableException.class, () -> Tables.rows("0,0,0,1,0,0\n\n1,1,0,.5,0,0\n1,1,1,.4,0,0\n"));
    assertEquals(4, error.line());
    assertEquals("test.csv", error.file());
    assertTrue(error.detail().contains("state 1, action 1 sum to 0.9"), error.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the file is empty",
        "state,action,next_state,probability,reward | column 'terminated' is missing",
        "state,action,next_state,probability,reward,terminated,note | column 'note' is not known",
        "state,state,action,next_state,probability,reward,terminated | column 'state' is there twi",
        "state,action,next_state,probability,reward,terminated | there are no rows below the head",
      })
  void namesWhatTheHeaderLacks(String text, String expected) {
    TableException error =
        assertThrows(TableException.class, () -> Tables.read(text, TabularMdp.builder()));
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }

  @Test
  void refusesAnIndexBeyondADeclaredTable() {
    TableException read =
        assertThrows(
            TableException.class,
            () -> Tables.read(Tables.HEADER + "0,0,2,1,0,0", TabularMdp.builder().states(2)));
    assertTrue(
        read.getMessage().contains("line 2: next_state = 2 is beyond the table: expected 0 to 1"));
    TableException built =
        assertThrows(
            TableException.class, () -> TabularMdp.builder().states(2).add(2, 0, 0, 1, 0, true));
    assertTrue(built.getMessage().startsWith("table: state = 2 is beyond"), built.getMessage());
    assertThrows(TableException.class, () -> TabularMdp.builder().states(0));
    assertThrows(TableException.class, () -> TabularMdp.builder().build());
  }
}
