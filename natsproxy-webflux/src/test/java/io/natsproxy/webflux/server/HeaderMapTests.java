package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.header.FieldTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Header fields are kept as Spring's own map keeps them, whether they are few or so many
 * that they are indexed.
 */
class HeaderMapTests {

	private static final int MANY = 3 * FieldTable.MAX_SEARCHED;

	@ParameterizedTest
	@ValueSource(ints = { 0, MANY })
	void namesAreFoundInAnyCase(int others) {
		HeaderMap map = map(others);
		map.add("Accept", "a");
		map.addAll("ACCEPT", List.of("b", "c"));
		assertThat(map.get("accept")).containsExactly("a", "b", "c");
		assertThat(map.getFirst("aCCept")).isEqualTo("a");
		assertThat(map).containsKey("accept").hasSize(others + 1);
		assertThat(map.get("Accept-")).isNull();
		assertThat(map.containsKey(1)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, MANY })
	void valuesForReadingAreThoseOfAllCasesOfAName(int others) {
		HeaderMap map = map(others);
		map.addReadOnly("Accept", List.of("a"));
		map.addReadOnly("ACCEPT", List.of("b", "c"));
		assertThat(map.get("accept")).containsExactly("a", "b", "c").isUnmodifiable();
		assertThat(map).hasSize(others + 1);
		map.add("Accept", "d");
		map.addAll("accept", List.of("e"));
		assertThat(map.get("Accept")).containsExactly("a", "b", "c", "d", "e");
		map.clear();
		assertThat(map.get("Accept")).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, MANY })
	void whatIsDoneHasTheEffectThatItHasOnSpringsOwnMap(int others) {
		HttpHeaders ours = new HttpHeaders(map(others));
		HttpHeaders springs = new HttpHeaders();
		others(others, springs);
		for (HttpHeaders headers : List.of(ours, springs)) {
			headers.add("First", "1");
			headers.add("Second", "2");
			headers.add("Third", "3");
			headers.set("SECOND", "changed");
			headers.set("Third", "changed");
			headers.add("FIRST", "more");
			headers.remove("name-1");
			headers.putIfAbsent("name-2", new ArrayList<>(List.of("absent")));
			headers.setAll(Map.of("NAME-3", "changed"));
			headers.headerSet().removeIf((entry) -> entry.getKey().equalsIgnoreCase("name-4"));
			headers.setContentLength(42);
		}
		assertThat(entries(ours)).isEqualTo(entries(springs));
		assertThat(ours).isEqualTo(springs);
		assertThat(ours.headerNames()).containsExactlyElementsOf(springs.headerNames());
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, MANY })
	void entriesCanBeChangedAndRemoved(int others) {
		HeaderMap map = map(others);
		map.add("A", "1");
		map.add("B", "2");
		map.add("C", "3");
		Iterator<Map.Entry<String, List<String>>> entries = map.entrySet().iterator();
		while (entries.hasNext()) {
			Map.Entry<String, List<String>> entry = entries.next();
			if (entry.getKey().equals("B")) {
				entries.remove();
			}
			else {
				entry.setValue(List.of("changed"));
			}
		}
		assertThat(map.get("a")).containsExactly("changed");
		assertThat(map.get("b")).isNull();
		assertThat(map.get("c")).containsExactly("changed");
		assertThat(map).hasSize(others + 2);
		assertThat(map.toSingleValueMap()).hasSize(others + 2).containsEntry("A", "changed");
		map.clear();
		assertThat(map).isEmpty();
		assertThat(map.get("a")).isNull();
	}

	private static HeaderMap map(int others) {
		HeaderMap map = new HeaderMap(1);
		others(others, new HttpHeaders(map));
		return map;
	}

	private static void others(int count, HttpHeaders headers) {
		for (int i = 0; i < count; i++) {
			headers.add("name-" + i, "value");
		}
	}

	private static List<String> entries(HttpHeaders headers) {
		List<String> entries = new ArrayList<>();
		headers.forEach((name, values) -> entries.add(name + "=" + values));
		return entries;
	}

}
