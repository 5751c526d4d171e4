package io.natsproxy.core.wire;

import java.util.Collection;

/**
 * Writes a small object of JSON, member by member. Not safe for use by many threads.
 */
public final class JsonObject {

	private final StringBuilder json = new StringBuilder(128).append('{');

	/**
	 * Adds a text.
	 * @param name the name of the member
	 * @param value its value
	 * @return this object
	 */
	public JsonObject put(String name, String value) {
		name(name);
		text(value);
		return this;
	}

	/**
	 * Adds a number.
	 * @param name the name of the member
	 * @param value its value
	 * @return this object
	 */
	public JsonObject put(String name, long value) {
		name(name);
		this.json.append(value);
		return this;
	}

	/**
	 * Adds a list of texts.
	 * @param name the name of the member
	 * @param values its values
	 * @return this object
	 */
	public JsonObject put(String name, Collection<String> values) {
		name(name);
		this.json.append('[');
		boolean first = true;
		for (String value : values) {
			if (!first) {
				this.json.append(',');
			}
			text(value);
			first = false;
		}
		this.json.append(']');
		return this;
	}

	private void name(String name) {
		if (this.json.length() > 1) {
			this.json.append(',');
		}
		text(name);
		this.json.append(':');
	}

	private void text(String text) {
		this.json.append('"');
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"' || c == '\\') {
				this.json.append('\\').append(c);
			}
			else if (c < ' ') {
				this.json.append(String.format("\\u%04x", (int) c));
			}
			else {
				this.json.append(c);
			}
		}
		this.json.append('"');
	}

	/**
	 * Returns what has been written so far as a whole object.
	 */
	@Override
	public String toString() {
		return this.json + "}";
	}

}
