package io.sagitta.storage.metadata;

/**
 * What a metadata store keeps of one embedding.
 *
 * @param key the embedding's key
 * @param id its id
 * @param document its metadata, as {@link io.sagitta.storage.document.DocumentWriter} writes it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
public record StoredRecord(long key, String id, byte[] document) {}
