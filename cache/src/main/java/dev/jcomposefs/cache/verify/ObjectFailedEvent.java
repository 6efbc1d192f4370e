package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.store.ObjectException;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.jcomposefs.ObjectFailed")
@Label("Object failed")
@Category("jcomposefs")
@Description("An object could not be opened, or its bytes are not those that the image means")
@StackTrace(false)
final class ObjectFailedEvent extends Event {
  @Label("File")
  final String file;

  @Label("Object")
  final String object;

  @Label("Cause")
  final String cause;

  ObjectFailedEvent(Object file, ObjectException failure) {
    this.file = file.toString();
    this.object = failure.object();
    this.cause = failure.reason();
  }
}
