package io.sagitta.core.codec;

/** What the slots of a block stand for. For one thread. */
public interface SlotIds {
  /** Whether the vector at a slot takes part. */
  boolean accepts(int slot);

  /** The id of the vector at a slot. */
  long id(int slot);
}
