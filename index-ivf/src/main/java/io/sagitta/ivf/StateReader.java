package io.sagitta.ivf;

/** A reader of one state. */
interface StateReader<X extends Exception> {
  /** Reads; the state stays as it is until this returns. */
  void read(IvfState s) throws X;
}
