package dev.jcomposefs.cli.dropin;

import java.io.IOException;

/** One of the programs whose name this one can be called by. */
interface Program {
  /**
   * Runs it, with status 0 if it returns.
   *
   * @throws ProgramFailure for whatever it cannot do
   * @throws IOException if a result cannot be written
   */
  void run(Invocation invocation) throws ProgramFailure, IOException, InterruptedException;
}
