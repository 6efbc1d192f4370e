package dev.jcomposefs.cli;

/**
 * Runs the usual commands one after the other in one JVM, so that the AOT cache which the build
 * makes from this run holds the classes they need. It lives among the shipped classes because a
 * cache fits only the very class path it was made with.
 */
final class AotTraining {
  private AotTraining() {}

  public static void main(String[] args) {
    Jcfs.run("--version");
    Jcfs.run("--help");
    Jcfs.run("no-such-command");
    Jcfs.run("status");
    Jcfs.run("status", "--json");
  }
}
