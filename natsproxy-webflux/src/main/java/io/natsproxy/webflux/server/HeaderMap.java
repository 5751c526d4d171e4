package io.natsproxy.webflux.server;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import io.natsproxy.core.header.FieldNameFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;

/**
 * Header fields in the order in which they came, in arrays. The names of one head are so
 * few that comparing them is cheaper than hashing their lower-case copies, which is what
 * Spring's own map does; beyond {@link #MAX_SEARCHED} names they are indexed. The name
 * that was put last counts, as in that map. Not safe for use by many threads at once.
 */
class HeaderMap extends AbstractMap<String, List<String>> implements MultiValueMap<String, String> {

	/**
	 * The largest number of names that are searched one after the other: a head of many
	 * thousands must not take quadratic time.
	 */
	static final int MAX_SEARCHED = 32;

	private String[] names;

	private List<String>[] values;

	private int size;

	private final FieldNameFilter filter = new FieldNameFilter();

	private @Nullable Map<String, Integer> index;

	/**
	 * Creates a map without fields.
	 * @param capacity how many names it takes before it grows; more than 0
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	HeaderMap(int capacity) {
		this.names = new String[capacity];
		this.values = new List[capacity];
	}

	private int find(@Nullable Object key) {
		if (!(key instanceof String name)) {
			return -1;
		}
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

	private void append(String name, List<String> values) {
		if (this.size == this.names.length) {
			this.names = Arrays.copyOf(this.names, this.size * 2);
			this.values = Arrays.copyOf(this.values, this.size * 2);
		}
		this.names[this.size] = Objects.requireNonNull(name);
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

	@SuppressWarnings("NullAway") // what is beyond the size is never read
	private List<String> removeAt(int position) {
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

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public boolean containsKey(@Nullable Object key) {
		return find(key) >= 0;
	}

	@Override
	public @Nullable List<String> get(@Nullable Object key) {
		int position = find(key);
		return (position >= 0) ? this.values[position] : null;
	}

	@Override
	public @Nullable List<String> put(String name, List<String> values) {
		int position = find(name);
		if (position >= 0 && this.names[position].equals(name)) {
			List<String> replaced = this.values[position];
			this.values[position] = values;
			return replaced;
		}
		List<String> replaced = (position >= 0) ? removeAt(position) : null;
		append(name, values);
		return replaced;
	}

	@Override
	public @Nullable List<String> remove(@Nullable Object key) {
		int position = find(key);
		return (position >= 0) ? removeAt(position) : null;
	}

	@Override
	@SuppressWarnings("NullAway") // what is beyond the size is never read
	public void clear() {
		Arrays.fill(this.names, 0, this.size, null);
		Arrays.fill(this.values, 0, this.size, null);
		this.size = 0;
		this.filter.clear();
		this.index = null;
	}

	@Override
	public void forEach(BiConsumer<? super String, ? super List<String>> action) {
		for (int i = 0; i < this.size; i++) {
			action.accept(this.names[i], this.values[i]);
		}
	}

	@Override
	public Set<Map.Entry<String, List<String>>> entrySet() {
		return new Entries();
	}

	@Override
	public @Nullable String getFirst(String name) {
		List<String> values = get(name);
		return (values != null && !values.isEmpty()) ? values.get(0) : null;
	}

	@Override
	public void add(String name, @Nullable String value) {
		valuesOf(name, 1).add(value);
	}

	@Override
	public void addAll(String name, List<? extends String> values) {
		valuesOf(name, values.size()).addAll(values);
	}

	@Override
	public void addAll(MultiValueMap<String, String> values) {
		values.forEach(this::addAll);
	}

	/**
	 * Adds values for reading: the list that {@link #get} returns cannot be changed,
	 * until {@link #add} has replaced it.
	 * @param name the name
	 * @param values its values
	 */
	void addReadOnly(String name, List<String> values) {
		int position = find(name);
		if (position < 0) {
			append(name, List.copyOf(values));
		}
		else {
			List<String> all = new ArrayList<>(this.values[position]);
			all.addAll(values);
			this.values[position] = List.copyOf(all);
		}
	}

	private List<String> valuesOf(String name, int capacity) {
		List<String> values = get(name);
		if (values == null) {
			values = new ArrayList<>(capacity);
			append(name, values);
		}
		else if (!(values instanceof ArrayList)) {
			values = new ArrayList<>(values);
			this.values[find(name)] = values;
		}
		return values;
	}

	@Override
	public void set(String name, @Nullable String value) {
		List<String> values = new ArrayList<>(1);
		values.add(value);
		put(name, values);
	}

	@Override
	public void setAll(Map<String, String> values) {
		values.forEach(this::set);
	}

	@Override
	public Map<String, String> toSingleValueMap() {
		Map<String, String> first = new LinkedHashMap<>();
		forEach((name, values) -> {
			if (!values.isEmpty()) {
				first.put(name, values.get(0));
			}
		});
		return first;
	}

	/**
	 * A view of the fields.
	 */
	private final class Entries extends AbstractSet<Map.Entry<String, List<String>>> {

		@Override
		public int size() {
			return HeaderMap.this.size;
		}

		@Override
		public Iterator<Map.Entry<String, List<String>>> iterator() {
			return new EntryIterator();
		}

	}

	/**
	 * Walks through the fields.
	 */
	private final class EntryIterator implements Iterator<Map.Entry<String, List<String>>> {

		private int next;

		private boolean removable;

		@Override
		public boolean hasNext() {
			return this.next < HeaderMap.this.size;
		}

		@Override
		public Map.Entry<String, List<String>> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			int position = this.next++;
			this.removable = true;
			return new WritableEntry(HeaderMap.this.names[position], HeaderMap.this.values[position]);
		}

		@Override
		public void remove() {
			if (!this.removable) {
				throw new IllegalStateException();
			}
			this.removable = false;
			removeAt(--this.next);
		}

	}

	/**
	 * A field whose values can be replaced.
	 */
	private final class WritableEntry extends SimpleEntry<String, List<String>> {

		private static final long serialVersionUID = 1L;

		WritableEntry(String name, List<String> values) {
			super(name, values);
		}

		@Override
		public List<String> setValue(List<String> values) {
			HeaderMap.this.put(getKey(), values);
			return super.setValue(values);
		}

	}

}
