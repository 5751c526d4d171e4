package io.natsproxy.core.discovery;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of a service, which instances tell by its hash and give to whoever
 * asks for it.
 *
 * @param content the document as JSON in UTF-8, of {@value #MAX_LENGTH} bytes at the
 * most; must not be changed
 * @param hash the hash of the content
 * @param schemas hashes of what the document says of each endpoint, by
 * {@link #key(String, String)}; those that are missing are not told
 */
public record ServiceDocument(byte[] content, String hash, Map<String, String> schemas) {

	/**
	 * Most bytes of a document.
	 */
	public static final int MAX_LENGTH = 16 * 1024 * 1024;

	/**
	 * The entry of the metadata of a service with the hash of its document.
	 */
	static final String HASH = "natsproxy.openapi";

	/**
	 * The entry with the length of the document, in bytes.
	 */
	static final String LENGTH = "natsproxy.openapi.length";

	/**
	 * The entry of the metadata of an endpoint with the hash of what the document says of
	 * it.
	 */
	static final String SCHEMA = "schema";

	private static final int HASH_LENGTH = 64;

	/**
	 * Creates a document.
	 * @param content the document as JSON in UTF-8
	 * @param schemas hashes of what it says of each endpoint
	 * @throws IllegalArgumentException if it is empty, or too long
	 */
	public ServiceDocument(byte[] content, Map<String, String> schemas) {
		this(content, hash(content), schemas);
	}

	public ServiceDocument {
		if (content.length == 0 || content.length > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"A document has from 1 to " + MAX_LENGTH + " bytes, and this one has " + content.length);
		}
		schemas = Map.copyOf(schemas);
	}

	/**
	 * Returns the hash of some content.
	 * @param content the content
	 * @return the SHA-256 in 64 hexadecimal digits in lower case
	 */
	public static String hash(byte[] content) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Each Java platform has SHA-256", ex);
		}
	}

	/**
	 * Tells whether a text is a hash.
	 */
	static boolean isHash(String text) {
		return text.length() == HASH_LENGTH
				&& text.chars().allMatch((c) -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
	}

	/**
	 * Returns the key of an endpoint.
	 * @param method the HTTP method
	 * @param path the path pattern
	 * @return the key
	 */
	public static String key(String method, String path) {
		return method + " " + path;
	}

	/**
	 * Makes the document of a service when it begins to be discovered, once.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * Makes nothing.
		 */
		Source NONE = () -> null;

		/**
		 * Makes the document, on a thread that may be blocked.
		 * @return the document, or {@code null} if there is nothing to be told that the
		 * endpoints do not tell
		 */
		@Nullable ServiceDocument make();

	}

}
