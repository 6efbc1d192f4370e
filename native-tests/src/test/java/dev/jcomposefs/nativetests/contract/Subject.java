package dev.jcomposefs.nativetests.contract;

import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.KernelMount;
import dev.jcomposefs.nativetests.fixture.OwnRun;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.Served;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who serves the mount that is under test. */
enum Subject {
  /** EROFS and overlayfs: not under test, but the measure of it. */
  KERNEL {
    @Override
    Mounted mount(Packed packed, Scratch scratch) throws Exception {
      Requirement.fileSystem("erofs");
      Requirement.fileSystem("overlay");
      KernelMount mount = KernelMount.of(packed.image(), packed.objects(), scratch);
      return new Mounted(mount.point(), mount);
    }
  },
  JNR {
    @Override
    Mounted mount(Packed packed, Scratch scratch) throws Exception {
      return served(Driver.JNR, packed, scratch);
    }
  },
  /** With the way of the data that it chooses by itself. */
  DEV {
    @Override
    Mounted mount(Packed packed, Scratch scratch) throws Exception {
      return served(Driver.DEV, packed, scratch);
    }
  },
  DEV_COPY {
    @Override
    Mounted mount(Packed packed, Scratch scratch) throws Exception {
      return served(Driver.DEV, packed, scratch, "datapath=copy");
    }
  },
  DEV_NO_OPEN {
    @Override
    Mounted mount(Packed packed, Scratch scratch) throws Exception {
      return served(Driver.DEV, packed, scratch, "datapath=no-open");
    }
  },
  /** One of two mounts of a daemon. */
  DAEMON {
    @Override
    Mounted mount(Packed packed, Scratch scratch) throws Exception {
      Requirement.fuse();
      OwnRun system = OwnRun.begin();
      try {
        system.mustRun(
            """
            mkdir point other
            jcfs daemon
            jcfs mount -o "basedir=$2" "$1" other
            jcfs mount -o "basedir=$2,allow_other,suid,dev" "$1" point
            """,
            packed.image().toString(),
            packed.objects().toString());
        return new Mounted(system.directory().path("point"), system);
      } catch (Exception | AssertionError e) {
        system.close();
        throw e;
      }
    }
  };

  /**
   * A mount under test.
   *
   * @param point its root
   * @param unmount ends it
   */
  record Mounted(Path point, Closeable unmount) implements Closeable {
    @Override
    public void close() throws IOException {
      unmount.close();
    }
  }

  /** Whether ACLs count beside the permission bits. libfuse 2 does not know of them. */
  boolean enforcesAcls() {
    return this != JNR;
  }

  /** Mounts so that every user may enter and device files and setuid bits count. */
  abstract Mounted mount(Packed packed, Scratch scratch) throws Exception;

  private static Mounted served(Driver driver, Packed packed, Scratch scratch, String... options)
      throws Exception {
    Requirement.fuse();
    List<String> all = new ArrayList<>(List.of("allow_other", "suid", "dev"));
    Collections.addAll(all, options);
    Served served = Served.mount(driver, packed, scratch, all.toArray(String[]::new));
    return new Mounted(served.point(), served);
  }
}
