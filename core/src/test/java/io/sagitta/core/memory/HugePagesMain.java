package io.sagitta.core.memory;

/** Says of what size huge pages are here, and fills a block of 16 MiB. */
final class HugePagesMain {
  private HugePagesMain() {}

  public static void main(String[] args) {
    System.out.println("page " + HugePages.pageBytes());
    MemoryBlock block = MemoryBlock.allocate(16 << 20);
    block.segment().fill((byte) 1);
    block.free();
    System.out.println("done");
  }
}
