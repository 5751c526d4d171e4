package io.natsproxy.core.jetstream;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an object before its bytes have come.
 *
 * @param bucket the bucket
 * @param name the name
 * @param chunkSize the bytes of a chunk, fewer if the server takes no messages as long
 * @param maxSize the most bytes of the object
 * @param length the bytes that have been announced, -1 for none
 * @param sha256 the SHA-256 digest that has been announced, in Base64; {@code null} for
 * none
 * @param headers the headers to be stored
 * @param metadata further metadata to be stored
 */
public record ObjectUpload(String bucket, String name, int chunkSize, long maxSize, long length,
		@Nullable String sha256, Map<String, String> headers, Map<String, String> metadata) {

	/**
	 * What has been stored.
	 *
	 * @param id names its chunks
	 * @param sha256 its SHA-256 digest in Base64
	 * @param created whether there was no object of that name
	 */
	public record Result(String id, String sha256, boolean created) {

	}

}
