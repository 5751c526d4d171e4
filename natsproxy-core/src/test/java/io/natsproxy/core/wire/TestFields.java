package io.natsproxy.core.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.header.HeaderFields;

/**
 * Header fields for tests, and what became of them.
 */
public final class TestFields {

	private TestFields() {
	}

	/**
	 * Fields from names and values in turn; a name may come again.
	 */
	public static HeaderFields of(String... namesAndValues) {
		return (action) -> {
			for (int i = 0; i < namesAndValues.length; i += 2) {
				action.accept(namesAndValues[i], List.of(namesAndValues[i + 1]));
			}
		};
	}

	public static Map<String, List<String>> toMap(HeaderFields fields) {
		Map<String, List<String>> map = new LinkedHashMap<>();
		fields.forEach((name, values) -> map.computeIfAbsent(name, (key) -> new ArrayList<>()).addAll(values));
		return map;
	}

}
