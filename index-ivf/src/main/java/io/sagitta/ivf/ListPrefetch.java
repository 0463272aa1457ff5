package io.sagitta.ivf;

import io.sagitta.core.IndexSnapshot;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings the pages of mapped lists into memory, several lists at a time, while the caller goes on.
 *
 * <p>Threads of their own, because they do nothing but wait for the disk: in the common pool they
 * would keep searches from its processors, and a disk answers many requests at once faster than one
 * after the other. Holds the state it reads until it is done. Source: FAISS {@code
 * OnDiskInvertedLists::prefetch_lists}.
 */
final class ListPrefetch implements Runnable {
  private final IndexSnapshot<IvfState> view;
  private final long[] lists;
  private final int codeSize;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger running;
  private final AtomicLong bytes = new AtomicLong();
  private final CompletableFuture<Long> done = new CompletableFuture<>();

  private ListPrefetch(IndexSnapshot<IvfState> view, long[] lists, int threads) {
    this.view = view;
    this.lists = lists;
    this.codeSize = view.state().codec.codeSize();
    this.running = new AtomicInteger(threads);
  }

  /** Whether there is anything to bring in. */
  static boolean pays(IvfState s) {
    return !s.borrowed.isEmpty() || (s.store != null && s.store.contiguous());
  }

  /**
   * Starts.
   *
   * @param view closed at the end
   * @param wanted list numbers, negative ones are passed over
   * @param threads at most so many
   * @return how many bytes were touched
   */
  static Future<Long> start(IndexSnapshot<IvfState> view, long[] wanted, int threads) {
    long[] lists = Arrays.stream(wanted).filter(l -> l >= 0).sorted().distinct().toArray();
    int n = Math.min(threads, lists.length);
    if (n == 0 || !pays(view.state())) {
      view.close();
      return CompletableFuture.completedFuture(0L);
    }
    ListPrefetch work = new ListPrefetch(view, lists, n);
    for (int i = 0; i < n; i++) {
      Thread.ofPlatform().daemon().name("sagitta-prefetch-", i).start(work);
    }
    return work.done;
  }

  @Override
  public void run() {
    try {
      for (int i = next.getAndIncrement(); i < lists.length; i = next.getAndIncrement()) {
        touch(view.state().lists.get((int) lists[i]));
      }
    } catch (Throwable t) {
      // A file that was cut: the search that comes next says so to the caller.
      done.completeExceptionally(t);
    } finally {
      if (running.decrementAndGet() == 0) {
        view.close();
        done.complete(bytes.get());
      }
    }
  }

  private void touch(InvertedList list) {
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      if (chunk.data().isMapped()) {
        load(chunk.data(), chunk.codesAt(), (long) list.rows(c) * codeSize);
        load(chunk.data(), chunk.idsAt(), 8L * list.rows(c));
      }
    }
  }

  private void load(MemorySegment data, long at, long size) {
    data.asSlice(at, size).load();
    bytes.addAndGet(size);
  }
}
