package io.natsproxy.webflux.server;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

import io.natsproxy.core.header.FieldTable;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;

/**
 * Header fields as Spring sees them, in a {@link FieldTable}, which is cheaper to search
 * than Spring's own map. The name that was put last counts, as in that map. Not safe for
 * use by many threads at once.
 */
class HeaderMap extends AbstractMap<String, List<String>> implements MultiValueMap<String, String> {

	private final FieldTable fields;

	/**
	 * Creates a map without fields.
	 * @param capacity how many names it takes before it grows; more than 0
	 */
	HeaderMap(int capacity) {
		this.fields = new FieldTable(capacity);
	}

	private int find(@Nullable Object key) {
		return (key instanceof String name) ? this.fields.find(name) : -1;
	}

	@Override
	public int size() {
		return this.fields.size();
	}

	@Override
	public boolean containsKey(@Nullable Object key) {
		return find(key) >= 0;
	}

	@Override
	public @Nullable List<String> get(@Nullable Object key) {
		int position = find(key);
		return (position >= 0) ? this.fields.values(position) : null;
	}

	@Override
	public @Nullable List<String> put(String name, List<String> values) {
		int position = find(name);
		if (position >= 0 && this.fields.name(position).equals(name)) {
			List<String> replaced = this.fields.values(position);
			this.fields.set(position, values);
			return replaced;
		}
		List<String> replaced = (position >= 0) ? this.fields.remove(position) : null;
		append(name, values);
		return replaced;
	}

	@Override
	public @Nullable List<String> remove(@Nullable Object key) {
		int position = find(key);
		return (position >= 0) ? this.fields.remove(position) : null;
	}

	private void append(String name, List<String> values) {
		this.fields.append(Objects.requireNonNull(name), values);
	}

	@Override
	public void clear() {
		this.fields.clear();
	}

	@Override
	public void forEach(BiConsumer<? super String, ? super List<String>> action) {
		this.fields.forEach(action);
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
			List<String> all = new ArrayList<>(this.fields.values(position));
			all.addAll(values);
			this.fields.set(position, List.copyOf(all));
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
			this.fields.set(find(name), values);
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
			return HeaderMap.this.fields.size();
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
			return this.next < HeaderMap.this.fields.size();
		}

		@Override
		public Map.Entry<String, List<String>> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			int position = this.next++;
			this.removable = true;
			return new WritableEntry(HeaderMap.this.fields.name(position), HeaderMap.this.fields.values(position));
		}

		@Override
		public void remove() {
			if (!this.removable) {
				throw new IllegalStateException();
			}
			this.removable = false;
			HeaderMap.this.fields.remove(--this.next);
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
