package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.PrintStream;

/** Leaving the launcher, its terminal and its directory behind. */
final class Background {
  /** The line that tells the launcher that the mount answers. */
  static final String READY = "jcfs: ready";

  private static final int STDOUT = 1;
  private static final int STDERR_NUMBER = 2;

  /** Never closed. */
  static final Fd STDERR = Fd.adopt(STDERR_NUMBER);

  private Background() {}

  /** Whether the launcher started this process to go on without it. */
  static boolean isWanted() {
    return Boolean.getBoolean("jcfs.background");
  }

  /**
   * Says that the mount answers, and lets go of what came from the launcher. The working directory
   * is among it: it would keep a file system busy that has nothing to do with the mount.
   *
   * @return false if nobody waits any more; the mount is then not wanted
   */
  static boolean enter(Fd log) throws FsException {
    LinuxProcess.changeDirectory(ByteString.utf8("/"));
    LinuxProcess.redirect(STDERR_NUMBER, log);
    return sayReady(log);
  }

  /**
   * Says that the mount answers, and lets go of stdout, which leads to whoever waits for that.
   *
   * @param instead where stdout leads from now on
   * @return false if nobody waits any more
   */
  static boolean sayReady(Fd instead) throws FsException {
    boolean heard = sayReady();
    LinuxProcess.redirect(STDOUT, instead);
    return heard;
  }

  /** Lets the launcher end with status 0; false if it does not wait any more. */
  static boolean sayReady() {
    PrintStream launcher = System.out;
    launcher.println(READY);
    return !launcher.checkError();
  }
}
