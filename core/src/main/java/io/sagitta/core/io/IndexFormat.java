package io.sagitta.core.io;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import java.io.IOException;
import java.util.Set;

/**
 * Reads and writes one class of index in FAISS's bytes. Found by {@link java.util.ServiceLoader};
 * each index class brings its own, and {@link IndexIO} knows none by name.
 *
 * <p>Stateless; safe for all threads.
 *
 * @param <S> the state of the index class it writes
 */
public interface IndexFormat<S> {
  /** Four-character codes it reads. */
  Set<String> fourccs();

  /** The class it writes, exactly (a subclass needs a format of its own, or shares this one). */
  Set<Class<? extends AbstractIndex<S>>> types();

  /**
   * Reads what follows the fourcc.
   *
   * @param fourcc one of {@link #fourccs()}
   * @throws IOException an {@link io.sagitta.core.IndexFormatException} for a damaged file
   */
  Index read(String fourcc, IndexInput in) throws IOException;

  /** Writes fourcc and body of one state. */
  void write(AbstractIndex<S> index, S state, IndexOutput out) throws IOException;
}
