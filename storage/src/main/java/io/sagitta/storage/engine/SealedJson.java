package io.sagitta.storage.engine;

import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.document.Json;
import io.sagitta.storage.fs.StorageFile;
import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Small JSON files with a last line that holds their checksum: {@code crc32c xxxxxxxx}. */
final class SealedJson {
  private static final int MAX_BYTES = 1 << 20;
  private static final String SEAL = "\ncrc32c ";

  private SealedJson() {}

  /** Writes a file that must not be there yet, durably but for its name. */
  static void write(StorageFileSystem fs, Path path, Map<String, ? extends @Nullable Object> map)
      throws IOException {
    String json = Json.writePretty(map);
    String text = json + SEAL + seal(json) + "\n";
    try (StorageFile file = fs.create(path)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      file.sync();
    }
  }

  /**
   * Reads a file.
   *
   * @throws StorageCorruptionError if the checksum does not hold
   */
  static Map<String, @Nullable Object> read(StorageFileSystem fs, Path path) throws IOException {
    String text;
    try (StorageFile file = fs.openForReading(path)) {
      if (file.size() > MAX_BYTES) {
        throw new StorageCorruptionError(path, 0, "it has " + file.size() + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
    int end = text.lastIndexOf(SEAL);
    if (end < 0
        || !text.substring(end + SEAL.length()).strip().equals(seal(text.substring(0, end)))) {
      throw new StorageCorruptionError(path, Math.max(0, end), "the checksum does not hold");
    }
    try {
      return Json.readObject(text.substring(0, end));
    } catch (IllegalArgumentException e) {
      throw new StorageCorruptionError(path, 0, String.valueOf(e.getMessage()), e);
    }
  }

  private static String seal(String json) {
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
