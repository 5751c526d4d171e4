package io.natsproxy.core.header;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The end-to-end HTTP header fields of a head, to be iterated: the holder of the fields
 * on either side is read or filled directly, with no map in between.
 */
@FunctionalInterface
public interface HeaderFields {

	/**
	 * No fields.
	 */
	HeaderFields EMPTY = (action) -> {
	};

	/**
	 * Calls the action for each name with its values in order. A name may come more than
	 * once, in another case.
	 * @param action receives the name and a list that it must not keep or change
	 */
	void forEach(BiConsumer<String, List<String>> action);

	/**
	 * Returns fields with a single value.
	 * @param name the name of the field
	 * @param value its value
	 * @return the fields
	 */
	static HeaderFields of(String name, String value) {
		List<String> values = List.of(value);
		return (action) -> action.accept(name, values);
	}

}
