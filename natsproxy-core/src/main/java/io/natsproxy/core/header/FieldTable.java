package io.natsproxy.core.header;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Header fields in the order in which they came, each name once, in whatever case. The
 * names of one head are so few that comparing them is cheaper than hashing their
 * lower-case copies; beyond {@link #MAX_SEARCHED} names they are indexed. Not safe for
 * use by many threads at once.
 */
public final class FieldTable {

	/**
	 * The largest number of names that are searched one after the other: a head of many
	 * thousands must not take quadratic time.
	 */
	public static final int MAX_SEARCHED = 32;

	private String[] names;

	private List<String>[] values;

	private int size;

	private final FieldNameFilter filter = new FieldNameFilter();

	private @Nullable Map<String, Integer> index;

	/**
	 * Creates a table without fields.
	 * @param capacity number of names that it takes before it grows
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	public FieldTable(int capacity) {
		this.names = new String[capacity];
		this.values = new List[capacity];
	}

	/**
	 * Returns the number of names.
	 * @return the number
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Looks for a name.
	 * @param name the name in whatever case
	 * @return its position, from 0, or -1 if it is not there
	 */
	public int find(String name) {
		if (this.index != null) {
			return this.index.getOrDefault(name, -1);
		}
		if (!this.filter.mayContain(name)) {
			return -1;
		}
		for (int i = 0; i < this.size; i++) {
			if (this.names[i].equalsIgnoreCase(name)) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * Returns a name.
	 * @param position its position
	 * @return the name as it was written
	 */
	public String name(int position) {
		return this.names[position];
	}

	/**
	 * Returns the values of a name.
	 * @param position its position
	 * @return the values, as they were put
	 */
	public List<String> values(int position) {
		return this.values[position];
	}

	/**
	 * Replaces the values of a name.
	 * @param position its position
	 * @param values the values, not copied
	 */
	public void set(int position, List<String> values) {
		this.values[position] = values;
	}

	/**
	 * Adds a name that is not there.
	 * @param name the name
	 * @param values its values, not copied
	 */
	public void append(String name, List<String> values) {
		if (this.size == this.names.length) {
			int capacity = Math.max(4, this.size * 2);
			this.names = Arrays.copyOf(this.names, capacity);
			this.values = Arrays.copyOf(this.values, capacity);
		}
		this.names[this.size] = name;
		this.values[this.size] = values;
		this.size++;
		this.filter.add(name);
		if (this.index != null) {
			this.index.put(name, this.size - 1);
		}
		else if (this.size > MAX_SEARCHED) {
			buildIndex();
		}
	}

	private void buildIndex() {
		Map<String, Integer> index = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (int i = 0; i < this.size; i++) {
			index.put(this.names[i], i);
		}
		this.index = index;
	}

	/**
	 * Removes a name.
	 * @param position its position
	 * @return its values
	 */
	@SuppressWarnings("NullAway") // what is beyond the size is never read
	public List<String> remove(int position) {
		List<String> removed = this.values[position];
		int moved = this.size - position - 1;
		System.arraycopy(this.names, position + 1, this.names, position, moved);
		System.arraycopy(this.values, position + 1, this.values, position, moved);
		this.size--;
		this.names[this.size] = null;
		this.values[this.size] = null;
		if (this.index != null) {
			buildIndex();
		}
		return removed;
	}

	/**
	 * Removes all names.
	 */
	@SuppressWarnings("NullAway") // what is beyond the size is never read
	public void clear() {
		Arrays.fill(this.names, 0, this.size, null);
		Arrays.fill(this.values, 0, this.size, null);
		this.size = 0;
		this.filter.clear();
		this.index = null;
	}

	/**
	 * Tells of all fields, in their order.
	 * @param action takes a name and its values
	 */
	public void forEach(BiConsumer<? super String, ? super List<String>> action) {
		for (int i = 0; i < this.size; i++) {
			action.accept(this.names[i], this.values[i]);
		}
	}

}
