package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** Files of {@link IndexFlatPanorama}: {@code IxFP} (L2) and {@code IxFp} (inner product). */
public final class FlatPanoramaFormat implements IndexFormat<PanoramaState> {
  private static final long MAX_BATCH_FLOATS = 1L << 26;

  private static final String L2 = "IxFP";
  private static final String IP = "IxFp";

  @Override
  public Set<String> fourccs() {
    return Set.of(L2, IP);
  }

  @Override
  public Set<Class<? extends AbstractIndex<PanoramaState>>> types() {
    return Set.of(IndexFlatL2Panorama.class, IndexFlatIPPanorama.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    int d = in.readInt();
    if (d < 1 || d > 1 << 20) {
      throw in.bad("dimension " + d + " is not in [1, 1048576]");
    }
    long levels = in.readLong();
    if (levels < 1 || levels > d) {
      throw in.bad("n_levels " + Long.toUnsignedString(levels) + " is not in [1, " + d + "]");
    }
    long batch = in.readLong();
    if (batch < 1 || batch > Integer.MAX_VALUE) {
      throw in.bad("batch_size " + Long.toUnsignedString(batch) + " is not in [1, 2^31)");
    }
    if (batch * d > MAX_BATCH_FLOATS) {
      // The first vector added takes a whole batch.
      throw in.bad(
          "a batch of "
              + batch
              + " vectors of dimension "
              + d
              + " exceeds this reader's bound of "
              + MAX_BATCH_FLOATS
              + " floats");
    }
    long n = in.readLong();
    if (n < 0) {
      throw in.bad("ntotal " + n + " is negative");
    }
    in.readBoolean();
    PanoramaLayout layout = new PanoramaLayout(d, (int) levels, (int) batch);
    long batches = n / batch + (n % batch == 0 ? 0 : 1);
    long codeBytes = in.readCount(1);
    if (batches > codeBytes / layout.codeBytes() || codeBytes != batches * layout.codeBytes()) {
      throw in.bad(codeBytes + " bytes of codes do not hold " + batches + " batches");
    }
    StoredBytes codes = in.readStored(codeBytes);
    long norms = in.readCount(4);
    if (norms * 4 != batches * layout.normBytes()) {
      throw in.bad(norms + " norms do not belong to " + batches + " batches");
    }
    StoredBytes tails = in.readStored(norms * 4);
    if (in.options().map()) {
      return fourcc.equals(L2)
          ? new IndexFlatL2Panorama(layout, codes, tails, n)
          : new IndexFlatIPPanorama(layout, codes, tails, n);
    }
    IndexFlatPanorama index =
        fourcc.equals(L2)
            ? new IndexFlatL2Panorama(d, (int) levels, (int) batch)
            : new IndexFlatIPPanorama(d, (int) levels, (int) batch);
    index.fill(
        n,
        (b, c, t) -> {
          MemorySegment.copy(codes.segment(), b * layout.codeBytes(), c, 0, layout.codeBytes());
          MemorySegment.copy(tails.segment(), b * layout.normBytes(), t, 0, layout.normBytes());
        });
    codes.release();
    tails.release();
    return index;
  }

  @Override
  public void write(AbstractIndex<PanoramaState> index, PanoramaState s, IndexOutput out)
      throws IOException {
    IndexFlatPanorama p = (IndexFlatPanorama) index;
    PanoramaLayout layout = p.layout();
    long batches = layout.batches(s.n());
    out.writeFourcc(p instanceof IndexFlatL2Panorama ? L2 : IP);
    out.writeInt(p.d());
    out.writeLong(layout.levelsAsked());
    out.writeLong(layout.batch());
    out.writeLong(s.n());
    out.writeBoolean(true);
    out.writeLong(batches * layout.codeBytes());
    writeRows(s.codes(), batches, out);
    out.writeLong(batches * layout.normBytes() / 4);
    writeRows(s.norms(), batches, out);
  }

  private static void writeRows(CodeRows rows, long n, IndexOutput out) throws IOException {
    for (long b = 0; b < n; b++) {
      out.writeSegment(rows.chunk(b), rows.offset(b), rows.rowBytes());
    }
  }
}
