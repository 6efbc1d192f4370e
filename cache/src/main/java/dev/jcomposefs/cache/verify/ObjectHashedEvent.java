package dev.jcomposefs.cache.verify;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.jcomposefs.ObjectHashed")
@Label("Object hashed")
@Category("jcomposefs")
@Description("An object was hashed whole in user space to verify it")
@StackTrace(false)
final class ObjectHashedEvent extends Event {
  @Label("Object")
  final String object;

  @Label("Size")
  @DataAmount
  final long size;

  ObjectHashedEvent(String object, long size) {
    this.object = object;
    this.size = size;
  }
}
