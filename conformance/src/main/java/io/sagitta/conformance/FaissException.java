package io.sagitta.conformance;

/** FAISS refused a request: its message, and the kind of Python exception it came as. */
public final class FaissException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Class name of the Python exception. */
  private final String kind;

  FaissException(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Class name of the Python exception, such as {@code RuntimeError}. */
  public String kind() {
    return kind;
  }
}
