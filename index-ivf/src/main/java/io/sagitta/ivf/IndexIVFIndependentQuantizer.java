package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.transform.VectorTransform;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inverted file whose lists are chosen in another space than the one it codes: a quantizer sees
 * the vectors, the inverted file sees them after a transform (a PCA, say).
 *
 * <p>Search parameters are the inverted file's ({@code nprobe}, selector …), where FAISS rejects
 * them. {@link #ntotal()} is the inverted file's, where FAISS's stays 0. Range search and
 * reconstruction (through the transform's reverse) are there, which FAISS does not have.
 *
 * <p><b>Ownership.</b> Quantizer and inverted file belong to this index: {@link #close()} closes
 * them, and they must be written only through here. <b>Threads.</b> Any thread may search while
 * another writes; all parts are published as one. <b>Memory.</b> That of both; a batch of queries
 * takes its transformed copy. Source: FAISS {@code IndexIVFIndependentQuantizer}.
 */
public final class IndexIVFIndependentQuantizer extends AbstractIndex<IndependentState>
    implements TunableIndex {
  private static final ClusteringParameters COARSE = ClusteringParameters.DEFAULTS.withNiter(10);

  private final Index quantizer;
  private final IndexIVF ivf;
  private long fileTotal;
  private int fileTables = -1;

  /**
   * Over parts that are trained together, or are already.
   *
   * @param quantizer chooses among nlist lists
   * @param transform from the quantizer's space to the inverted file's, or null if they are one
   * @throws IllegalArgumentException if the dimensions do not fit, or a filled quantizer has
   *     another number of centroids than the inverted file has lists
   */
  public IndexIVFIndependentQuantizer(
      Index quantizer, IndexIVF ivf, @Nullable VectorTransform transform) {
    super(
        checked(quantizer, ivf, transform).d(),
        ivf.metricType(),
        ivf.metricArg(),
        state(quantizer, ivf, transform));
    this.quantizer = quantizer;
    this.ivf = ivf;
    fileTotal = ivf.ntotal();
    ivf.chooseElsewhere();
  }

  private static Index checked(Index quantizer, IndexIVF ivf, @Nullable VectorTransform t) {
    int dIn = t == null ? ivf.d() : t.dIn();
    if (quantizer.d() != dIn || (t != null && t.dOut() != ivf.d())) {
      throw new IllegalArgumentException(
          "a quantizer of dimension "
              + quantizer.d()
              + ", a transform from "
              + dIn
              + " to "
              + (t == null ? dIn : t.dOut())
              + " and lists of dimension "
              + ivf.d()
              + " do not chain");
    }
    if (quantizer.isTrained() && quantizer.ntotal() != 0 && quantizer.ntotal() != ivf.nlist()) {
      throw new IllegalArgumentException(
          "a quantizer with "
              + quantizer.ntotal()
              + " centroids does not go with "
              + ivf.nlist()
              + " lists");
    }
    return quantizer;
  }

  private static IndependentState state(
      Index quantizer, IndexIVF ivf, @Nullable VectorTransform transform) {
    return new IndependentState(quantizer.snapshot(), transform, ivf.snapshot());
  }

  /** What chooses the lists; not to be written directly. */
  public Index quantizer() {
    return quantizer;
  }

  /** The inverted file; not to be written directly. */
  public IndexIVF ivf() {
    return ivf;
  }

  /** From the quantizer's space to the inverted file's; null if they are one. */
  public @Nullable VectorTransform transform() {
    try (IndexSnapshot<IndependentState> s = snapshot()) {
      return s.state().transform();
    }
  }

  /** FAISS's ntotal of the wrapper, which counts no additions: carried from file to file. */
  long fileTotal() {
    return fileTotal;
  }

  /** FAISS's setting of precomputed tables: carried from file to file. */
  int fileTables() {
    return fileTables;
  }

  void carry(long total, int tables) {
    fileTotal = total;
    fileTables = tables;
  }

  // ---- reading ----------------------------------------------------------------------------------

  @Override
  protected long ntotalIn(IndependentState s) {
    return s.ivf().ntotal();
  }

  @Override
  protected boolean isTrainedIn(IndependentState s) {
    return s.isTrained();
  }

  @Override
  public boolean storesIds() {
    return true;
  }

  @Override
  protected void searchIn(
      IndependentState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    ivf.searches()
        .knn(ivf, s.ivf().state(), s.chooser(), queries, s.inside(queries), k, p, false, out);
  }

  @Override
  protected RangeResult rangeSearchIn(
      IndependentState s, Vectors queries, float radius, SearchParameters p) {
    return ivf.searches()
        .range(ivf, s.ivf().state(), s.chooser(), queries, s.inside(queries), radius, p);
  }

  @Override
  protected void checkIdsIn(IndependentState s, long from, long n) {
    // The inverted file knows which ids it has.
  }

  @Override
  protected void reconstructIn(IndependentState s, long id, MemorySegment out, long offset) {
    VectorTransform t = s.transform();
    if (t == null) {
      s.ivf().reconstruct(id, out, offset);
      return;
    }
    float[] inside = s.ivf().reconstruct(id);
    MemorySegment whole = MemorySegment.ofArray(new float[d()]);
    t.reverse(Vectors.one(inside), whole);
    MemorySegment.copy(whole, 0, out, offset, whole.byteSize());
  }

  @Override
  protected long offHeapBytesIn(IndependentState s) {
    return s.chooser().offHeapBytes() + s.ivf().offHeapBytes();
  }

  @Override
  protected Index copyOf(IndependentState s) {
    VectorTransform t = s.transform();
    IndexIVFIndependentQuantizer copy =
        new IndexIVFIndependentQuantizer(
            s.chooser().copy(), (IndexIVF) s.ivf().copy(), t == null ? null : t.copy());
    copy.carry(fileTotal, fileTables);
    return copy;
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void publishNext(@Nullable VectorTransform transform) {
    IndependentState old = current();
    publish(state(quantizer, ivf, transform), old::close);
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    Level1Trainer.trainPlain(quantizer, ivf.nlist(), COARSE, x, listener);
    VectorTransform t = current().transform();
    if (t != null && !t.isTrained()) {
      t = t.copy();
      t.train(x, listener);
    }
    IndependentState view = new IndependentState(quantizer, t, current().ivf());
    Vectors centroids = Vectors.of(quantizer.reconstructN(0, ivf.nlist()), d());
    try (Arena arena = Arena.ofShared()) {
      Vectors sample = EncoderTrainer.sample(x, ivf.encoderTrainingSize(), arena);
      long[] lists = ivf.byResidual() ? CoarseAssignment.nearest(quantizer, sample) : new long[0];
      ivf.trainAssigned(view.inside(centroids), view.inside(sample), lists, listener);
    }
    publishNext(t);
  }

  private void assignAndAdd(Vectors x, long @Nullable [] ids) {
    ivf.addPreassigned(current().inside(x), ids, CoarseAssignment.nearest(quantizer, x));
    publishNext(current().transform());
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    listener.report("add", 0, x.n());
    assignAndAdd(x, null);
  }

  @Override
  protected void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    listener.report("add", 0, x.n());
    assignAndAdd(x, ids);
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    long removed = ivf.removeIds(selector);
    publishNext(current().transform());
    return removed;
  }

  @Override
  protected void resetLocked() {
    ivf.reset();
    fileTotal = 0;
    publishNext(current().transform());
  }

  @Override
  protected void freeAll(IndependentState last) {
    last.close();
    quantizer.close();
    ivf.close();
  }

  // ---- settings ---------------------------------------------------------------------------------

  @Override
  public List<ParameterRange> parameterRanges() {
    return ivf.parameterRanges();
  }

  @Override
  public void setParameter(String name, double value) {
    ivf.setParameter(name, value);
  }
}
