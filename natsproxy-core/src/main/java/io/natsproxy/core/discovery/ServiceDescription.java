package io.natsproxy.core.discovery;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a service tells of itself, beside its endpoints.
 *
 * @param name the name that all of its instances share: letters and digits of ASCII,
 * dashes, underscores
 * @param version a version as Semantic Versioning 2.0.0 has it
 * @param description a text for people, empty for none
 * @param metadata whatever else there is to tell, in no more than
 * {@value #MAX_METADATA_LENGTH} characters, under keys that do not begin with
 * {@code natsproxy.}
 */
public record ServiceDescription(String name, String version, String description, Map<String, String> metadata) {

	/**
	 * The version of a service that has none.
	 */
	public static final String NO_VERSION = "0.0.0";

	/**
	 * The most characters that name, description and metadata may have: they are part of
	 * each answer.
	 */
	public static final int MAX_METADATA_LENGTH = 16 * 1024;

	private static final int MAX_LENGTH = 255;

	/**
	 * The beginning of the keys that are not for others.
	 */
	private static final String RESERVED = "natsproxy.";

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1," + MAX_LENGTH + "}");

	private static final Pattern UNNAMEABLE = Pattern.compile("[^A-Za-z0-9_-]");

	/**
	 * The expression of semver.org, with possessive quantifiers where that changes
	 * nothing.
	 */
	private static final Pattern VERSION = Pattern.compile("(0|[1-9]\\d*+)\\.(0|[1-9]\\d*+)\\.(0|[1-9]\\d*+)"
			+ "(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
			+ "(?:\\+([0-9a-zA-Z-]++(?:\\.[0-9a-zA-Z-]++)*+))?");

	public ServiceDescription {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("Service name '" + name
					+ "' is malformed: expected letters, digits, dashes and underscores, at most " + MAX_LENGTH);
		}
		if (!isVersion(version)) {
			throw new IllegalArgumentException("Version '" + version
					+ "' is no semantic version (semver.org): expected one such as 1.2.3 or 1.2.3-rc.1");
		}
		long length = description.length();
		for (Map.Entry<String, String> entry : metadata.entrySet()) {
			if (entry.getKey().startsWith(RESERVED)) {
				throw new IllegalArgumentException("Metadata of service '" + name + "' have the key '" + entry.getKey()
						+ "', but keys that begin with '" + RESERVED + "' are told by the library");
			}
			length += entry.getKey().length() + (long) entry.getValue().length();
		}
		if (length > MAX_METADATA_LENGTH) {
			throw new IllegalArgumentException("Description and metadata of service '" + name + "' have " + length
					+ " characters, the limit is " + MAX_METADATA_LENGTH);
		}
		metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
	}

	/**
	 * Creates a description without a text and without metadata.
	 * @param name the name
	 * @param version the version
	 */
	public ServiceDescription(String name, String version) {
		this(name, version, "", Map.of());
	}

	/**
	 * Makes a name of that of a queue group, which may have other characters too: an
	 * underscore stands in place of each.
	 * @param queueGroup a queue group
	 * @return a name of a service
	 */
	public static String nameOf(String queueGroup) {
		String name = UNNAMEABLE.matcher(queueGroup).replaceAll("_");
		return (name.length() <= MAX_LENGTH) ? name : name.substring(0, MAX_LENGTH);
	}

	/**
	 * Tells whether a text is a version as Semantic Versioning 2.0.0 has it.
	 * @param version a text
	 * @return whether it is
	 */
	public static boolean isVersion(String version) {
		return version.length() <= MAX_LENGTH && VERSION.matcher(version).matches();
	}

}
