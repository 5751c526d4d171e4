package io.natsproxy.core.header;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The headers of a NATS message (ADR-4): lines of a name and a value, in the order in
 * which they are written. Names are case-sensitive. Kept in arrays, because a message has
 * a dozen of them that are written once and read once. Not safe for use by many threads
 * while it is changed.
 */
public final class NatsHeaders implements HeaderFields {

	/**
	 * The version line and the blank line.
	 */
	private static final int FRAME = "NATS/1.0\r\n".length() + 2;

	/**
	 * The colon and the line end.
	 */
	private static final int SEPARATORS = 3;

	/**
	 * The number of lines from which on repeated names are looked up by hash: a peer may
	 * send thousands.
	 */
	private static final int MANY = 64;

	private String[] names;

	private String[] values;

	private int size;

	private int serializedLength = FRAME;

	private long seen;

	private boolean repeated;

	private boolean printable;

	/**
	 * Creates headers without a line.
	 */
	public NatsHeaders() {
		this.names = new String[16];
		this.values = new String[16];
	}

	/**
	 * Creates a copy.
	 * @param source the headers to copy
	 */
	public NatsHeaders(NatsHeaders source) {
		this.names = source.names.clone();
		this.values = source.values.clone();
		this.size = source.size;
		this.serializedLength = source.serializedLength;
		this.seen = source.seen;
		this.repeated = source.repeated;
		this.printable = source.printable;
	}

	/**
	 * Says that all lines that are ever added are of printable ASCII and blanks, so that
	 * it need not be looked for again.
	 * @return this object
	 */
	public NatsHeaders ofPrintable() {
		this.printable = true;
		return this;
	}

	/**
	 * Tells whether all lines are known to be of printable ASCII and blanks.
	 * @return {@code false} if they may be of something else
	 */
	public boolean isPrintable() {
		return this.printable;
	}

	/**
	 * Adds a line.
	 * @param name the name
	 * @param value the value
	 * @return this object
	 * @throws IllegalArgumentException if the name or the value could not stand in a NATS
	 * message: a name is of printable ASCII without a colon, a value of ASCII without CR
	 * and LF
	 */
	public NatsHeaders add(String name, String value) {
		requireName(name);
		requireValue(value);
		append(name, value);
		return this;
	}

	/**
	 * Adds a line for each value.
	 * @param name the name
	 * @param values the values
	 * @return this object
	 * @throws IllegalArgumentException as {@link #add(String, String)}
	 */
	public NatsHeaders add(String name, List<String> values) {
		values.forEach((value) -> add(name, value));
		return this;
	}

	/**
	 * Replaces the lines of a name by one, which takes the place of the only one, or else
	 * is the last.
	 * @param name the name
	 * @param value the value
	 * @return this object
	 * @throws IllegalArgumentException as {@link #add(String, String)}
	 */
	public NatsHeaders put(String name, String value) {
		int index = indexOf(name, 0);
		if (index < 0) {
			return add(name, value);
		}
		requireValue(value);
		if (this.repeated) {
			removeAll(Set.of(name));
			append(name, value);
		}
		else {
			setValue(index, value);
		}
		return this;
	}

	/**
	 * Adds a line whose name and value are known to be well-formed.
	 * @param name a name of printable ASCII without a colon
	 * @param value a value of ASCII without CR and LF
	 */
	public void append(String name, String value) {
		if (this.size == this.names.length) {
			this.names = Arrays.copyOf(this.names, 2 * this.size);
			this.values = Arrays.copyOf(this.values, 2 * this.size);
		}
		long bit = 1L << (name.hashCode() & 63);
		if (!this.repeated && (this.seen & bit) != 0) {
			this.repeated = this.size >= MANY || indexOf(name, 0) >= 0;
		}
		this.seen |= bit;
		this.names[this.size] = name;
		this.values[this.size] = value;
		this.size++;
		this.serializedLength += name.length() + value.length() + SEPARATORS;
	}

	/**
	 * Removes the lines of some names.
	 * @param names the names
	 */
	public void removeAll(Set<String> names) {
		if (names.isEmpty()) {
			return;
		}
		int kept = 0;
		for (int i = 0; i < this.size; i++) {
			String name = this.names[i];
			String value = this.values[i];
			if (names.contains(name)) {
				this.serializedLength -= name.length() + value.length() + SEPARATORS;
			}
			else {
				this.names[kept] = name;
				this.values[kept] = value;
				kept++;
			}
		}
		this.size = kept;
	}

	/**
	 * Returns the first value of a name.
	 * @param name the name
	 * @return the value, or {@code null} if there is no such line
	 */
	public @Nullable String getFirst(String name) {
		int index = indexOf(name, 0);
		return (index >= 0) ? this.values[index] : null;
	}

	/**
	 * Returns the values of a name.
	 * @param name the name
	 * @return the values in order; empty if there is no such line
	 */
	public List<String> get(String name) {
		List<String> found = new ArrayList<>(1);
		for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
			found.add(this.values[i]);
		}
		return found;
	}

	/**
	 * Tells whether there is a line with this name.
	 * @param name the name
	 * @return whether there is one
	 */
	public boolean containsKey(String name) {
		return indexOf(name, 0) >= 0;
	}

	private int indexOf(String name, int from) {
		if ((this.seen & 1L << (name.hashCode() & 63)) == 0) {
			return -1;
		}
		for (int i = from; i < this.size; i++) {
			if (this.names[i].equals(name)) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * Returns the number of lines.
	 * @return the number
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Tells whether there is no line.
	 * @return whether there is none
	 */
	public boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Returns the name of a line.
	 * @param index the number of the line, from 0
	 * @return the name
	 */
	public String name(int index) {
		return this.names[index];
	}

	/**
	 * Returns the value of a line.
	 * @param index the number of the line, from 0
	 * @return the value
	 */
	public String value(int index) {
		return this.values[index];
	}

	public void setValue(int index, String value) {
		this.serializedLength += value.length() - this.values[index].length();
		this.values[index] = value;
	}

	/**
	 * Returns how long the header block is.
	 * @return bytes, from the version line to the blank line
	 */
	public int serializedLength() {
		return this.serializedLength;
	}

	/**
	 * Calls the action for each name, with its values in order.
	 */
	@Override
	public void forEach(BiConsumer<String, List<String>> action) {
		if (!this.repeated) {
			for (int i = 0; i < this.size; i++) {
				action.accept(this.names[i], List.of(this.values[i]));
			}
			return;
		}
		Map<String, List<String>> grouped = new LinkedHashMap<>();
		for (int i = 0; i < this.size; i++) {
			grouped.computeIfAbsent(this.names[i], (name) -> new ArrayList<>(2)).add(this.values[i]);
		}
		grouped.forEach(action);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < this.size; i++) {
			text.append((i > 0) ? ", " : "").append(this.names[i]).append(": ").append(this.values[i]);
		}
		return text.toString();
	}

	private static void requireName(String name) {
		boolean valid = !name.isEmpty();
		for (int i = 0; valid && i < name.length(); i++) {
			char c = name.charAt(i);
			valid = c > ' ' && c < 0x7F && c != ':';
		}
		if (!valid) {
			throw new IllegalArgumentException("Malformed name of a NATS header");
		}
	}

	private static void requireValue(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c > 0x7F || c == '\r' || c == '\n') {
				throw new IllegalArgumentException("Malformed value of a NATS header");
			}
		}
	}

}
