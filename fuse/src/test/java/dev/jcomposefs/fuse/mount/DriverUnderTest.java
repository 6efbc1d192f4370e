package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.fuse.dev.DevDriver;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.jnr.JnrDriver;
import java.io.IOException;

/** Every way that bytes can take to the kernel. */
enum DriverUnderTest {
  JNR {
    @Override
    Driver load(ImageFileSystem files) throws IOException {
      return JnrDriver.load(files);
    }
  },
  DEV_COPY {
    @Override
    Driver load(ImageFileSystem files) {
      return new DevDriver(files, DataPath.COPY);
    }
  },
  DEV_NO_OPEN {
    @Override
    Driver load(ImageFileSystem files) {
      return new DevDriver(files, DataPath.NO_OPEN);
    }
  },
  DEV_PASSTHROUGH {
    @Override
    Driver load(ImageFileSystem files) {
      return new DevDriver(files, DataPath.PASSTHROUGH);
    }
  };

  abstract Driver load(ImageFileSystem files) throws IOException;
}
